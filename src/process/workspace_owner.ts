/** The folder that the workspaces of a process are in. @module */

import { createHash, randomUUID } from "node:crypto";
import { readlinkSync, rmSync } from "node:fs";
import { lstat, mkdir, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { ConveyorError } from "../errors.ts";
import { sweep } from "./sweep.ts";

/** How often a process shows that it is alive to those of other machines that share the disk, in milliseconds. */
const HEARTBEAT_MS = 3_600_000;

/** The folders of this process, by their parent. */
const folders = new Map<string, Promise<string>>();

/** Returns the folder of this process below `parent`. The first call creates it, and removes those of processes that have crashed. */
export function ownerFolder(
  parent: string,
  onSweepFailed: (path: string, error: unknown) => void,
): Promise<string> {
  const found = folders.get(parent);
  if (found) return found;
  const created = createOwnerFolder(parent, onSweepFailed);
  folders.set(parent, created);
  created.catch(() => folders.delete(parent)); // The next call tries again.
  return created;
}

async function createOwnerFolder(
  parent: string,
  onSweepFailed: (path: string, error: unknown) => void,
): Promise<string> {
  const user = process.getuid?.();
  const root = join(resolve(parent), `conveyor-workspaces-${user ?? "user"}`);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const found = await lstat(root);
  if (!found.isDirectory() || user !== undefined && found.uid !== user) {
    throw new ConveyorError(
      "workspace",
      `${root} belongs to another user, or is no folder: remove it, or pass another parent`,
    );
  }
  const machine = machineId();
  const path = join(root, `${machine}-${process.pid}-${randomUUID()}`);
  await mkdir(path, { mode: 0o700 });
  keep(path);
  await sweep(root, { machine, own: path, onFailed: onSweepFailed });
  return path;
}

/** Removes the folder when the process exits. What that leaves, the next start removes. */
function keep(path: string): void {
  process.on("exit", () => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // A folder that is read-only or of another user: the next start removes it, or reports it.
    }
  });
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // It may be gone; the next workspace creates it again.
  }, HEARTBEAT_MS);
  heartbeat.unref();
}

/** Names the machine, or the container, in which a process id means the same process. */
function machineId(): string {
  return createHash("sha256").update(`${hostNameOrNone()} ${namespaceOrNone()}`).digest("hex")
    .slice(0, 12);
}

function hostNameOrNone(): string {
  try {
    return hostname();
  } catch {
    return ""; // Deno without the permission `--allow-sys`.
  }
}

function namespaceOrNone(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return ""; // No Linux, or Deno without all permissions.
  }
}
