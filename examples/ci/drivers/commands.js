import { createDriver } from "@conveyor/driver";
import { runScript } from "@conveyor/driver/process";
import { clone } from "./clone.js";

/** @typedef {{ steps: { name: string, run: string }[] }} CommandsSpec */

/** Runs the steps of a resource in its checkout, one after the other, until one fails. */
export const commands = createDriver({
  name: "commands",
  resources: ["build"],
  after: [clone],
  timeoutMs: 60 * 60_000,
  async reconcile({ event, resource, results, logger, signal }) {
    if (event === "delete") return;
    const { path, commit } = results.clone.data;
    const { steps } = /** @type {CommandsSpec} */ (resource.spec);
    const durations = /** @type {Record<string, number>} */ ({});
    for (const { name, run } of steps) {
      logger.info(`step ${name}`);
      const { success, exitCode, durationMs } = await runScript(run, {
        logger: logger.child({ step: name }),
        signal,
        cwd: path,
        env: { CI: "true", COMMIT: commit },
      });
      durations[name] = Math.round(durationMs);
      if (!success) {
        const message = `step ${name} ended with exit code ${exitCode}`;
        return { success: false, message, data: { durations } };
      }
    }
    return { success: true, message: `${steps.length} steps passed`, data: { durations } };
  },
});
