/** Starts a program. @module */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { notStarted } from "./errors.ts";
import type { CommandOptions } from "./options.ts";

/** A program that has started. */
export type StartedProgram = ChildProcessWithoutNullStreams & { readonly pid: number };

/**
 * Starts a program, in a process group of its own on POSIX.
 *
 * @throws {ConveyorError} with code `command-not-started`.
 */
export function startProgram(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<StartedProgram> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(notStarted(command, reasonOf(error, options.cwd), error));
    try {
      const child = spawn(command, args, {
        cwd: options.cwd,
        env: environmentOf(options),
        stdio: "pipe",
        detached: process.platform !== "win32",
        windowsHide: true,
      });
      child.once("error", fail);
      child.once("spawn", () => {
        child.off("error", fail);
        resolve(child as StartedProgram);
      });
    } catch (error) {
      fail(error); // Deno throws where Node emits, for example without the permission to run it.
    }
  });
}

/** `undefined` is the environment of this process, for which Deno needs no permission to read it. */
function environmentOf(
  { env = {}, secretEnv = {}, clearEnv = false }: CommandOptions,
): Record<string, string> | undefined {
  const added = Object.entries({ ...env, ...secretEnv });
  if (added.length === 0 && !clearEnv) return undefined;
  const merged = { ...(clearEnv ? {} : process.env), ...Object.fromEntries(added) };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The system reports a folder that does not exist as a program that does not. */
function reasonOf(error: unknown, cwd: string | undefined): string {
  const { code } = error as { code?: string };
  if (code !== "ENOENT") return messageOf(error);
  return cwd !== undefined && !existsSync(cwd)
    ? `there is no folder ${cwd}`
    : "there is no such program; check the name and PATH";
}
