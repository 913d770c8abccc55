/** Removes the workspaces of processes that have crashed. @module */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "./remove_folder.ts";
import { send } from "./send_signal.ts";

/** Age of the last heartbeat after which a process of another machine counts as ended, in milliseconds. */
const STALE_MS = 86_400_000;

/** What {@linkcode sweep} keeps and reports. */
export interface SweepOptions {
  /** This machine, as in the names of the folders. */
  readonly machine: string;
  /** The folder of this process. */
  readonly own: string;
  /** Called with a folder that cannot be removed. The next start tries again. */
  readonly onFailed: (path: string, error: unknown) => void;
}

/** Removes the folders of ended processes below `root`. */
export async function sweep(root: string, { machine, own, onFailed }: SweepOptions): Promise<void> {
  for (const name of await readdir(root)) {
    const path = join(root, name);
    if (path === own || await isInUse(path, name, machine)) continue;
    await removeFolder(path).catch((error: unknown) => onFailed(path, error));
  }
}

/** A folder of this process id is of an earlier process: in a container, each one may have the id 1. */
async function isInUse(path: string, name: string, machine: string): Promise<boolean> {
  const [owner = "", pid] = name.split("-");
  if (owner === machine) {
    if (Number(pid) === process.pid || !send(Number(pid), 0)) return false;
  }
  const found = await stat(path).catch(() => undefined); // Another process may have removed it.
  return found !== undefined && Date.now() - found.mtimeMs < STALE_MS;
}
