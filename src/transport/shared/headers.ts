/** Message headers. @module */

import { ConfigError } from "../../errors.ts";

/** Headers by their exact names. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Checks that headers can be sent.
 *
 * @throws {ConfigError} when a name or a value would break the wire's format.
 */
export function checkHeaders(headers: Headers): void {
  for (const name in headers) {
    if (/^[!-9;-~]+$/.test(name) && !/[\r\n]/.test(headers[name]!)) continue;
    throw new ConfigError(
      "headers",
      `cannot send the header ${
        JSON.stringify(name)
      }: a name holds visible characters without ":", ` +
        "and a value holds no line break",
    );
  }
}
