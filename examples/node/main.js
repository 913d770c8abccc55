import { createHash } from "node:crypto";
import { createDriver, createDriverManager } from "@conveyor/driver";

/** @typedef {{ url: string, sha256: string }} ArtifactSpec */

/** Verifies that an artifact can be downloaded and is what it says it is. */
const verify = createDriver({
  name: "verify",
  resources: ["artifact"],
  timeoutMs: 60_000,
  async reconcile({ event, resource, logger, signal }) {
    if (event === "delete") return; // Nothing to clean up. The server waits for each step before it removes the resource.
    const { url, sha256 } = /** @type {ArtifactSpec} */ (resource.spec);
    logger.info(`downloading ${url}`);
    const response = await fetch(url, { signal });
    // What is thrown is tried again, with back-off.
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);

    const bytes = Buffer.from(await response.arrayBuffer());
    const digest = createHash("sha256").update(bytes).digest("hex");
    logger.info(`${bytes.length} bytes`, { sha256: digest });
    // What is returned is the run's result. A failure ends the pipeline here.
    return digest === sha256
      ? { success: true, message: `${resource.name} is what it should be`, data: { digest } }
      : { success: false, message: `${resource.name} has another digest: ${digest}` };
  },
});

await createDriverManager({ driver: verify, concurrency: 4 }).run();
