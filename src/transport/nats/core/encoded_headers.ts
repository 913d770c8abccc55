/** Encoding of message headers. @module */

import type { MsgHdrs } from "@nats-io/nats-core";
import { encodeBriefly } from "../../../encoding/byte_slab.ts";
import { checkHeaders, type Headers } from "../../shared/headers.ts";

/** Encoded headers. */
export interface EncodedHeaders {
  /** Their size on the wire, in bytes. */
  readonly size: number;
  /** The form that the client library expects. Of headers, it only calls `encode`. */
  readonly core: MsgHdrs;
}

/** Returns the line of a header that the protocol defines. */
export function headerLine(name: string, value: string): string {
  if (/[\r\n]/.test(value)) checkHeaders({ [name]: value });
  return `${name}: ${value}\r\n`;
}

/**
 * Encodes headers: the lines of the protocol's headers, then the caller's headers.
 *
 * @throws {ConfigError} when a name or a value is invalid.
 */
export function encodeHeaders(lines: string, headers?: Headers): EncodedHeaders {
  let text = `NATS/1.0\r\n${lines}`;
  if (headers) {
    checkHeaders(headers);
    for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  }
  const bytes = encodeBriefly(`${text}\r\n`);
  return { size: bytes.length, core: { encode: () => bytes } as unknown as MsgHdrs };
}
