/** Runs a command. @module */

import { delay } from "../async/delay.ts";
import type { Logger } from "../logger/logger.ts";
import { CommandError } from "./errors.ts";
import { exitOf, firstFailure, interruptionOf } from "./ending.ts";
import { type CommandOptions, type CommandResult, resolveCommand } from "./options.ts";
import { readOutput } from "./output.ts";
import { type ProcessTree, processTree } from "./process_tree.ts";
import { startProgram } from "./start.ts";
import { writeInput } from "./stdin.ts";

/** Time that processes which the command has left behind have to end by themselves, in milliseconds. */
const LEFT_BEHIND_MS = 1000;
/** Time to log the rest of the output of a command that was interrupted, in milliseconds. */
const REST_MS = 5000;

/**
 * Runs a program, and logs its output line by line. Resolves when it has ended, whatever its exit code. Processes that it has
 * left behind in its process group are then ended too.
 *
 * When `signal` aborts, and after `timeoutMs`, the program and all processes that it has started get SIGTERM, and SIGKILL after
 * `killGraceMs`. The call rejects when they have ended.
 *
 * @throws the signal's reason when it aborts; a `TimeoutError` after `timeoutMs`; with `check`, a `CommandError` when the command
 * fails; a `ConveyorError` with code `command-not-started`; a `ConfigError` when an option is invalid.
 *
 * @example
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { run } from "@conveyor/driver/process";
 *
 * export const clone = createDriver<{ url: string }>({
 *   name: "clone",
 *   resources: ["workflow"],
 *   async reconcile({ resource, logger, signal }) {
 *     const { success, stderr } = await run("git", ["clone", "--", resource.spec.url], {
 *       logger,
 *       signal,
 *       timeoutMs: 60_000,
 *     });
 *     return { success, message: success ? "cloned" : stderr };
 *   },
 * });
 * ```
 */
export async function run(
  command: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const resolved = resolveCommand(command, args, options);
  const { logger, signal, secretEnv = {}, secrets = [], check = false } = options;
  signal?.throwIfAborted();
  for (const secret of [...Object.values(secretEnv), ...secrets]) logger?.mask(secret);
  const startedAt = performance.now();
  const child = await startProgram(command, args, options);
  const tree = processTree(child.pid);
  const interruption = interruptionOf(command, signal, resolved.timeoutMs);
  try {
    const exit = exitOf(child);
    const output = readOutput(command, child, options, resolved);
    const failed = firstFailure([output.done, writeInput(child.stdin, options.stdin)]);
    const failure = await Promise.race([exit, interruption.promise, failed])
      .then(() => undefined, (reason: unknown) => ({ reason }));
    await endTree(command, tree, resolved.killGraceMs, failure !== undefined, logger);
    const finished = output.finish();
    if (failure) {
      await Promise.race([finished, delay(REST_MS)]).catch(() => {}); // What failed first is thrown.
      throw failure.reason;
    }
    await finished;
    const durationMs = performance.now() - startedAt;
    const result: CommandResult = { ...await exit, ...output.kept(), durationMs };
    if (check && !result.success) throw new CommandError(command, result);
    return result;
  } finally {
    interruption.release();
    tree.release();
  }
}

/** Ends the processes that are left: all of them after a failure, otherwise what the command has left behind. */
async function endTree(
  command: string,
  tree: ProcessTree,
  graceMs: number,
  hasFailed: boolean,
  logger: Logger | undefined,
): Promise<void> {
  if (!hasFailed) {
    if (await tree.ended(LEFT_BEHIND_MS)) return;
    logger?.warn(`"${command}" has left processes behind: ending them`);
  }
  if (await tree.end(graceMs)) return;
  logger?.warn(`processes of "${command}" have not ended after SIGKILL`);
}
