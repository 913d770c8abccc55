/**
 * Commands and temporary folders for drivers, on Node, Deno and Bun: runs a program or a shell script with its output in the
 * run's log, and ends all of its processes when the reconcile is aborted.
 *
 * @example A driver that builds a repository
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { run, runScript, workspace } from "@conveyor/driver/process";
 *
 * export const build = createDriver<{ url: string; script: string }>({
 *   name: "build",
 *   resources: ["workflow"],
 *   async reconcile({ resource, logger, signal }) {
 *     await using folder = await workspace({ logger });
 *     const { url, script } = resource.spec;
 *     const options = { logger, signal, cwd: folder.path };
 *     await run("git", ["clone", "--depth=1", "--", url, "."], { ...options, check: true });
 *     const { success, exitCode } = await runScript(script, { ...options, timeoutMs: 600_000 });
 *     return { success, message: `the script ended with exit code ${exitCode}` };
 *   },
 * });
 * ```
 *
 * @module
 */

export { CommandError } from "./errors.ts";
export type { CommandOptions, CommandResult, OutputOptions } from "./options.ts";
export { run } from "./run.ts";
export { runScript, type ScriptOptions } from "./run_script.ts";
export { type Workspace, workspace, type WorkspaceOptions } from "./workspace.ts";

// Types that these name
export type { ConveyorError } from "../errors.ts";
export type { LogDetails, Logger, WritableOptions } from "../logger/logger.ts";
export type { Labels } from "../logger/record.ts";
export type { SinkStats } from "../logger/sink_stats.ts";
