/** A temporary folder for a run. @module */

import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConveyorError, hasCode, messageOf } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import { removeFolder } from "./remove_folder.ts";
import { ownerFolder } from "./workspace_owner.ts";

/** Options of {@linkcode workspace}. */
export interface WorkspaceOptions {
  /** The folder to create it in, for example on a fast disk. @default the system's folder for temporary files */
  parent?: string;
  /** Reports a folder that cannot be removed, as a warning. Without it, the removal rejects. */
  logger?: Logger;
}

/** A temporary folder, removed when it is disposed of. */
export interface Workspace extends AsyncDisposable {
  /** The absolute path. */
  readonly path: string;
  /** Removes the folder and all that is in it. Idempotent. */
  remove(): Promise<void>;
}

/**
 * Creates an empty folder that only this user can read. It is removed when it is disposed of, when the process exits, and, after
 * a crash, when the next process creates its first workspace in the same `parent`.
 *
 * @throws a `ConveyorError` with code `workspace` when it cannot be created.
 *
 * @example
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { run, workspace } from "@conveyor/driver/process";
 *
 * export const build = createDriver<{ url: string }>({
 *   name: "build",
 *   resources: ["workflow"],
 *   async reconcile({ resource, logger, signal }) {
 *     await using folder = await workspace({ logger });
 *     const options = { logger, signal, cwd: folder.path, check: true };
 *     await run("git", ["clone", "--", resource.spec.url, "."], options);
 *     await run("make", ["all"], options);
 *   },
 * });
 * ```
 */
export async function workspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const { parent = tmpdir(), logger } = options;
  const path = await createFolder(parent, logger);
  let removal: Promise<void> | undefined;
  const remove = () => removal ??= removeWorkspace(path, logger);
  return { path, remove, [Symbol.asyncDispose]: remove };
}

async function createFolder(parent: string, logger: Logger | undefined): Promise<string> {
  try {
    const owner = await ownerFolder(parent, (path, error) => logger?.warn(notRemoved(path, error)));
    await mkdir(owner, { recursive: true, mode: 0o700 }); // A cleaner of temporary files may have removed it.
    return await mkdtemp(join(owner, "run-"));
  } catch (cause) {
    if (hasCode(cause, "workspace")) throw cause;
    const message = `cannot create a workspace in ${parent}: ${messageOf(cause)}`;
    throw new ConveyorError("workspace", message, { cause });
  }
}

async function removeWorkspace(path: string, logger: Logger | undefined): Promise<void> {
  try {
    await removeFolder(path);
  } catch (cause) {
    const message = notRemoved(path, cause);
    if (!logger) throw new ConveyorError("workspace", message, { cause });
    logger.warn(message);
  }
}

function notRemoved(path: string, error: unknown): string {
  return `cannot remove the workspace ${path}: ${messageOf(error)}; the next start tries again`;
}
