/** Message headers, as the wire has them. @module */

import type { MsgHdrs } from "@nats-io/nats-core";
import { checkHeaders, type Headers } from "../headers.ts";

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
export function encodeHeaders(headers: Headers): EncodedHeaders {
  checkHeaders(headers);
  let text = "NATS/1.0\r\n";
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  const bytes = encoder.encode(`${text}\r\n`);
  return { size: bytes.length, core: { encode: () => bytes } as unknown as MsgHdrs };
}
