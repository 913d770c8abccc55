/** Messages between client and server. */

/** A message on the wire. */
export interface WireMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
  /** When a client sent it. */
  readonly sentAt?: number;
  /** Headers as text, from a client. */
  readonly headers?: string | undefined;
  /** Status and headers, from the server. */
  readonly status?: {
    readonly code: number;
    readonly text: string;
    readonly values?: Readonly<Record<string, string>>;
  };
}

const encoder = new TextEncoder();

/** How many bytes a message has: its headers and its data. */
export function sizeOf({ data, headers, status }: WireMessage): number {
  if (!status) return data.length + (headers ? encoder.encode(headers).length : 0);
  const lines = Object.entries(status.values ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  return data.length + `NATS/1.0 ${status.code} ${status.text}\r\n${lines.join("")}\r\n`.length;
}

/** The headers of a message from a client. */
export function readHeaders(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text?.split("\r\n").slice(1) ?? []) {
    const at = line.indexOf(":");
    if (at > 0) headers[line.slice(0, at)] = line.slice(at + 1).trim();
  }
  return headers;
}

/** JSON as bytes. */
export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
