import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that a server has received. */
export interface SeenRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** The response of a server: status and body, or a function that writes it. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  write?: (response: ServerResponse) => void;
}

/** A server for one test. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** The number of connections so far. */
  connections(): number;
  /** Closes every connection. */
  drop(): void;
  /** Stops listening. */
  close(): Promise<void>;
}

/** Starts an HTTP server, or an HTTPS server with `tls`. */
export async function serve(
  reply: Reply | ((request: SeenRequest, count: number) => Reply),
  { hostname = "127.0.0.1", tls }: { hostname?: string; tls?: ServerOptions } = {},
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const { method = "", url: path = "", headers } = request;
    const it = { method, path, headers, body: Buffer.concat(chunks).toString() };
    seen.push(it);
    const { status = 200, headers: fields = {}, body = "", write } = typeof reply === "function"
      ? reply(it, seen.length)
      : reply;
    if (write) return write(response);
    const isJson = typeof body === "object";
    response.writeHead(status, {
      ...(isJson && { "content-type": "application/json" }),
      ...fields,
    });
    response.end(isJson ? JSON.stringify(body) : body);
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on(tls ? "secureConnection" : "connection", () => connections++);
  server.on("tlsClientError", () => {}); // The tests check the client's error.
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `${tls ? "https" : "http"}://${host}:${port}`,
    port,
    seen,
    connections: () => connections,
    drop: () => server.closeAllConnections(),
    close,
  };
}

/** Returns the reason of a rejected promise. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`it was not rejected, but fulfilled with ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

/** Headers of a log stream. */
export const EVENTS = { "content-type": "text/event-stream" };

/** Creates a promise and the function that resolves it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => resolve = done);
  return { promise, resolve };
}
