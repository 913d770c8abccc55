import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { createDriver } from "@conveyor/driver";
import { run } from "@conveyor/driver/process";

/** @typedef {{ url: string, ref?: string }} CloneSpec */

/** Clones a repository into a folder of the run, which the later steps share. */
export const clone = createDriver({
  name: "clone",
  resources: ["build"],
  timeoutMs: 10 * 60_000,
  async reconcile({ event, resource, runId, logger, signal }) {
    const { url, ref } = /** @type {CloneSpec} */ (resource.spec);
    const path = join(resolve(process.env["CI_FOLDER"] ?? "checkouts"), runId);
    // An earlier attempt may have left half of it.
    await rm(path, { recursive: true, force: true });
    if (event === "delete") return;
    // Git can be told by a URL to run a program: these protocols cannot.
    const env = { GIT_ALLOW_PROTOCOL: "file:https:ssh", GIT_TERMINAL_PROMPT: "0" };
    const options = { logger, signal, env, check: true };
    const branch = ref === undefined ? [] : [`--branch=${ref}`];
    await run("git", ["clone", "--quiet", "--depth=1", ...branch, "--", url, path], options);
    const head = await run("git", ["-C", path, "rev-parse", "HEAD"], options);
    const commit = head.stdout.trim();
    return { success: true, message: `cloned ${commit.slice(0, 12)}`, data: { path, commit } };
  },
});
