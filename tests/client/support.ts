import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as a server saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** What a server answers with: a status and a body, or what writes the answer by hand. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  write?: (response: ServerResponse) => void;
}

/** A server that lasts as long as the test. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** How many connections it has had. */
  connections(): number;
  /** Breaks every connection. */
  drop(): void;
  /** Stops listening. */
  close(): Promise<void>;
}

/** Starts an HTTP server, or an HTTPS server when given certificates, that answers request by request. */
export async function serve(
  answer: Reply | ((request: SeenRequest, count: number) => Reply),
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
    const { status = 200, headers: fields = {}, body = "", write } = typeof answer === "function"
      ? answer(it, seen.length)
      : answer;
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
  server.on("tlsClientError", () => {}); // The client's error is what the tests look at.
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

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`it was not rejected but gave ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

/** Headers of a log stream. */
export const EVENTS = { "content-type": "text/event-stream" };

/** A promise and what resolves it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => resolve = done);
  return { promise, resolve };
}
