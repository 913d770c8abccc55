/** The options of the outcome journal. @module */

import { ConfigError } from "../errors.ts";
import { requireKnown, requireServerTime } from "../validate.ts";

/** Options of the outcome journal. */
export interface JournalOptions {
  /** The bucket's name. @default {"conveyor-driver-outcomes"} */
  bucket?: string;
  /** How long an outcome is kept, in milliseconds. Set it longer than all instances may be down at once. @default {86400000} */
  ttlMs?: number;
  /** Replicas of each outcome in a cluster. @default those of the `messages` stream */
  replicas?: number;
}

/** The same, with the defaults. */
export type ResolvedJournal = Required<Omit<JournalOptions, "replicas">> & { replicas?: number };

const DAY_MS = 86_400_000;

const NAMES: Record<keyof JournalOptions, true> = { bucket: true, ttlMs: true, replicas: true };

/**
 * Checks the options and applies the defaults; `undefined` when there is no journal.
 *
 * @throws {ConfigError} when an option is invalid; it names the field.
 */
export function resolveJournal(journal: boolean | JournalOptions): ResolvedJournal | undefined {
  if (journal === false) return undefined;
  if (journal !== true) requireKnown(journal, Object.keys(NAMES), "journal.");
  const { bucket = "conveyor-driver-outcomes", ttlMs = DAY_MS, replicas } = journal === true
    ? {}
    : journal;
  requireServerTime("journal.ttlMs", ttlMs, 1000);
  if (!/^[A-Za-z0-9_-]+$/.test(bucket)) {
    throw new ConfigError(
      "journal.bucket",
      `journal.bucket must be a name of letters, digits, "-" and "_", got ${
        JSON.stringify(bucket)
      }`,
    );
  }
  return { bucket, ttlMs, ...(replicas !== undefined && { replicas }) };
}
