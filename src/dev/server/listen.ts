/** Serves a `fetch` handler over HTTP on Node, Deno and Bun. @module */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { ConnectionError, messageOf } from "../../errors.ts";
import { host } from "../../runtime/detect.ts";

/** Where to listen. */
export interface ListenOptions {
  /** The port; 0 takes any that is free. @default {0} */
  readonly port?: number;
  /** The address. Others than the loopback address let the network in. @default {"127.0.0.1"} */
  readonly hostname?: string;
}

/** A server that listens. */
export interface Listener extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The port it took. */
  readonly port: number;
  /** Stops listening and cuts every connection. Idempotent. */
  close(): Promise<void>;
}

type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Listens, and answers each request by `handle`.
 *
 * @throws {ConnectionError} when the address cannot be had, or the runtime has no `node:http`.
 */
export async function listen(handle: FetchHandler, options: ListenOptions = {}): Promise<Listener> {
  const { port = 0, hostname = "127.0.0.1" } = options;
  const http = await host().builtin<typeof import("node:http")>("http");
  if (!http) {
    throw new ConnectionError(
      `cannot listen on ${hostname}:${port}: this runtime has no node:http; hand "fetch" to its own server`,
    );
  }
  const server = http.createServer((incoming, outgoing) => void answer(handle, incoming, outgoing));
  const taken = await bind(server, port, hostname);
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  let closed: Promise<void> | undefined;
  const close = () => closed ??= shut(server);
  return { url: `http://${name}:${taken}`, port: taken, close, [Symbol.asyncDispose]: close };
}

function bind(server: Server, port: number, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `cannot listen on ${hostname}:${port}: ${
        messageOf(cause)
      }; choose another port, or 0 for any`;
      reject(new ConnectionError(message, { cause }));
    });
    server.listen(port, hostname, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  handle: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const response = await handle(await toRequest(incoming, gone.signal));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    await sendBody(response, incoming.method === "HEAD", outgoing, gone.signal);
  } catch (thrown) {
    // Whatever was sent so far cannot be taken back: cutting the connection tells the client that this is not all.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500).end(messageOf(thrown));
  }
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "localhost"}`);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers, signal });
  return new Request(url, { method, headers, signal, body: await readAll(incoming) });
}

async function readAll(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

async function sendBody(
  response: Response,
  headersOnly: boolean,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (headersOnly || !response.body) {
    await response.body?.cancel();
    return void outgoing.end();
  }
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  const stop = () => void reader.cancel();
  signal.addEventListener("abort", stop, { once: true });
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!outgoing.write(next.value) && !signal.aborted) await drained(outgoing, signal);
  }
  signal.removeEventListener("abort", stop);
  outgoing.end();
}

function drained(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    outgoing.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
