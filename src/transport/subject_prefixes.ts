/** The prefixes of the subjects that a connection uses for itself. @module */

import { ConfigError } from "../errors.ts";
import type { ConnectOptions } from "./transport.ts";

/** The prefixes of the subjects that a connection uses for itself. */
export interface SubjectPrefixes {
  /** Prefix of the subjects that responses arrive at. */
  readonly inbox: string;
}

/**
 * Returns the prefixes that options choose, or the defaults.
 *
 * @throws {ConfigError} when a prefix is invalid.
 */
export function subjectPrefixes(
  { inboxPrefix = "_INBOX" }: Pick<ConnectOptions, "inboxPrefix">,
): SubjectPrefixes {
  checkPrefix("inboxPrefix", inboxPrefix);
  return { inbox: inboxPrefix };
}

/** A prefix is whole tokens of a subject, without wildcards. */
function checkPrefix(option: string, prefix: unknown): void {
  if (typeof prefix === "string" && /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(prefix)) return;
  throw new ConfigError(
    option,
    `cannot use ${JSON.stringify(prefix)} as ${option}: it must be a subject without wildcards, ` +
      "white space and a dot at either end",
  );
}
