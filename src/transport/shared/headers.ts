/** Message headers. @module */

import { ConfigError } from "../../errors.ts";

/** Header values by name; names are case-sensitive. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Checks message headers.
 *
 * @throws {ConfigError} when a name or a value is invalid.
 */
export function checkHeaders(headers: Headers): void {
  for (const name in headers) {
    if (/^[!-9;-~]+$/.test(name) && !/[\r\n]/.test(headers[name]!)) continue;
    throw new ConfigError(
      "headers",
      `cannot send the header ${
        JSON.stringify(name)
      }: a name must be visible characters without ":", ` +
        "and a value must not contain a line break",
    );
  }
}
