/** Message headers, as the wire has them. @module */

import type { MsgHdrs } from "@nats-io/nats-core";
import { ConfigError } from "../../errors.ts";

const encoder = new TextEncoder();

/** Encoded headers. */
export interface EncodedHeaders {
  /** Their size on the wire, in bytes. */
  readonly size: number;
  /** What the client library takes. It asks headers for nothing but their bytes. */
  readonly core: MsgHdrs;
}

/**
 * Encodes headers.
 *
 * @throws {ConfigError} when a name or a value would break the wire's format.
 */
export function encodeHeaders(headers: Readonly<Record<string, string>>): EncodedHeaders {
  let text = "NATS/1.0\r\n";
  for (const name in headers) {
    const value = headers[name]!;
    if (/[\r\n]/.test(value) || !/^[!-9;-~]+$/.test(name)) {
      throw new ConfigError(
        "headers",
        `cannot send the header ${
          JSON.stringify(name)
        }: a name holds visible characters without ":", ` +
          "and a value holds no line break",
      );
    }
    text += `${name}: ${value}\r\n`;
  }
  const bytes = encoder.encode(`${text}\r\n`);
  return { size: bytes.length, core: { encode: () => bytes } as unknown as MsgHdrs };
}
