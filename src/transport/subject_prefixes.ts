/** The prefixes of the subjects that a connection uses for itself. @module */

import { ConfigError } from "../errors.ts";
import type { ConnectOptions } from "./transport.ts";

/** The prefix of the JetStream API of the server's own domain and account. */
export const DEFAULT_API_PREFIX = "$JS.API";

/** The prefixes of the subjects that a connection uses for itself. */
export interface SubjectPrefixes {
  /** Prefix of the subjects that responses arrive at. */
  readonly inbox: string;
  /** Prefix of the JetStream API. */
  readonly api: string;
}

/**
 * Returns the prefixes that options choose, or the defaults.
 *
 * @throws {ConfigError} when a prefix is invalid.
 */
export function subjectPrefixes(
  { inboxPrefix = "_INBOX", domain, apiPrefix }: Pick<
    ConnectOptions,
    "inboxPrefix" | "domain" | "apiPrefix"
  >,
): SubjectPrefixes {
  checkPrefix("inboxPrefix", inboxPrefix);
  if (apiPrefix !== undefined) checkPrefix("apiPrefix", apiPrefix);
  if (domain === undefined) return { inbox: inboxPrefix, api: apiPrefix ?? DEFAULT_API_PREFIX };
  if (apiPrefix !== undefined) {
    throw new ConfigError(
      "domain",
      "cannot use both domain and apiPrefix: a domain stands for the prefix $JS.<domain>.API; set one of them",
    );
  }
  checkPrefix("domain", domain);
  return { inbox: inboxPrefix, api: `$JS.${domain}.API` };
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
