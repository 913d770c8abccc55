/** Reads the files that a user names. @module */

import { readFile } from "node:fs/promises";
import process from "node:process";
import { text } from "node:stream/consumers";
import { messageOf } from "../../errors.ts";
import { UsageError } from "../usage_error.ts";

/** Stands for standard input. */
export const STANDARD_INPUT = "-";

/**
 * Reads a text file, or standard input for `-`.
 *
 * @throws {UsageError} it cannot be read.
 */
export async function readTextFile(path: string): Promise<string> {
  if (path === STANDARD_INPUT) return await text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}
