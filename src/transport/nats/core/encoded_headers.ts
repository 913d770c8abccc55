/** Message headers, as the wire has them. @module */

import type { MsgHdrs } from "@nats-io/nats-core";
import { ByteSlab } from "../../../protocol/byte_slab.ts";
import { checkHeaders, type Headers } from "../../shared/headers.ts";

const slab = new ByteSlab();

/** Encoded headers. */
export interface EncodedHeaders {
  /** Their size on the wire, in bytes. */
  readonly size: number;
  /** What the client library takes. It asks headers for nothing but their bytes. */
  readonly core: MsgHdrs;
}

/** One header as a line. Its name is one of the protocol's own. */
export function headerLine(name: string, value: string): string {
  if (/[\r\n]/.test(value)) checkHeaders({ [name]: value });
  return `${name}: ${value}\r\n`;
}

/**
 * Encodes headers: those of the protocol as lines, and those of the caller.
 *
 * @throws {ConfigError} when a name or a value would break the wire's format.
 */
export function encodeHeaders(lines: string, headers?: Headers): EncodedHeaders {
  let text = `NATS/1.0\r\n${lines}`;
  if (headers) {
    checkHeaders(headers);
    for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  }
  const bytes = slab.encode(`${text}\r\n`);
  return { size: bytes.length, core: { encode: () => bytes } as unknown as MsgHdrs };
}
