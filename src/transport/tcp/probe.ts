/** Finds out what listens on a port where no NATS server responds. @module */

import type * as Net from "node:net";
import { host } from "../../runtime/detect.ts";
import type { ConnectFailureReason } from "../errors.ts";
import type { Probe } from "../nats/dial/connect_failure.ts";
import type { ServerUrl } from "../nats/dial/server_url.ts";

/** Time for the peer to respond, in milliseconds. */
const TIMEOUT_MS = 2000;

/**
 * A TLS handshake's first message. A TLS server responds with its own, or with an alert. The random bytes contain an empty
 * line, which ends the head of a request, so that an HTTP server responds that it is malformed.
 */
const CLIENT_HELLO = clientHello();

/** Finds out what listens on the port of a server, from its first bytes. */
export const probe: Probe = async (server, timeoutMs, signal) => {
  const sent = await firstBytes(server, timeoutMs, signal);
  if (sent === undefined || sent.startsWith("INFO")) return undefined;
  if (sent === "") {
    return {
      text: "the port accepts connections and sends nothing; is it the port for NATS clients, " +
        "and does the server respond?",
    };
  }
  const [reason, response]: [ConnectFailureReason, string] =
    sent.startsWith("\x15\x03") || sent.startsWith("\x16\x03")
      ? [
        "tls-first",
        "TLS before NATS: with handshake_first in nats-server, set tls.handshakeFirst; otherwise it is HTTPS",
      ]
      : sent.startsWith("HTTP/")
      ? ["http", "HTTP"]
      : ["other-protocol", JSON.stringify(sent.slice(0, 40).replace(/[^ -~]+/g, " ").trim())];
  return {
    reason,
    text: `the peer is not a NATS server: it responds with ${response}; ` +
      "use the port for NATS clients, 4222 by default",
  };
};

/** Returns them as Latin-1 text, empty for none; `undefined` when there is no peer. */
async function firstBytes(
  { address }: ServerUrl,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const net = await host().builtin<typeof Net>("net");
  const { hostname, port } = new URL(`nats://${address}`);
  let socket: Net.Socket | undefined;
  const controller = new AbortController();
  const end = () => controller.abort();
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  const timer = setTimeout(end, Math.min(timeoutMs, TIMEOUT_MS));
  try {
    return await new Promise<string | undefined>((resolve) => {
      let sent: string | undefined;
      socket = net?.connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 4222) });
      socket?.on("connect", () => {
        sent = "";
        socket?.write(CLIENT_HELLO);
      });
      socket?.on("data", (chunk) => resolve(String.fromCharCode(...chunk.slice(0, 64))));
      socket?.on("error", () => {}); // "close" follows.
      socket?.on("close", () => resolve(sent === "" ? undefined : sent));
      controller.signal.addEventListener("abort", () => resolve(sent));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    socket?.destroy();
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1.2 */
function clientHello(): Uint8Array {
  const random = [13, 10, 13, 10, ...new Array<number>(28).fill(0)];
  const body = [3, 3, ...random, 0, 0, 2, 0xc0, 0x2f, 1, 0];
  const message = [1, 0, 0, body.length, ...body];
  return new Uint8Array([22, 3, 1, 0, message.length, ...message]);
}
