import { createDriver } from "@conveyor/driver";
import { runScript, workspace } from "@conveyor/driver/process";

/** Runs the script of a resource in an empty folder. A script that ends with 75 ("temporary failure") is tried again. */
export const script = createDriver({
  name: "script",
  resources: ["script"],
  timeoutMs: 60_000,
  async reconcile({ resource, results, logger, signal }) {
    const folder = await workspace({ logger });
    try {
      const env = { IMAGE: results["build"]?.data?.image };
      const { success, exitCode } = await runScript(resource.spec.script, {
        logger,
        signal,
        env,
        cwd: folder.path,
      });
      if (exitCode === 75) {
        throw new Error("the script asks for another attempt");
      }
      return {
        success,
        message: `the script ended with exit code ${exitCode}`,
      };
    } finally {
      await folder.remove();
    }
  },
});
