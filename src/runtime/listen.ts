/** Serves a `fetch` handler over HTTP on Node, Deno and Bun. @module */

import { ConnectionError, messageOf } from "../errors.ts";
import { host } from "./detect.ts";
import type {
  IncomingMessage,
  NodeHttp,
  NodeStreams,
  Server,
  ServerResponse,
} from "./node_http.ts";

/** The address to listen on. */
export interface ListenOptions {
  /** The port; 0 is any free one. @default {0} */
  readonly port?: number;
  /** The address. Any other than a loopback address is reachable from the network. @default {"127.0.0.1"} */
  readonly hostname?: string;
}

/** A listening HTTP server. */
export interface Listener extends AsyncDisposable {
  /** The URL of the server, without a slash at the end. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** Stops listening and closes every connection. Idempotent. */
  close(): Promise<void>;
}

type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Listens, and responds to each request with the response of `handle`.
 *
 * @throws {ConnectionError} when the address is not available, or the runtime has no `node:http`.
 */
export async function listen(handle: FetchHandler, options: ListenOptions = {}): Promise<Listener> {
  const { port = 0, hostname = "127.0.0.1" } = options;
  // Imports of these modules would keep the handler from loading at the edge, which has no use for them.
  const http = await host().builtin<NodeHttp>("http");
  const streams = await host().builtin<NodeStreams>("stream");
  if (!http || !streams) {
    throw new ConnectionError(
      `cannot listen on ${hostname}:${port}: this runtime has no node:http; pass "fetch" to its own server`,
    );
  }
  const server = http.createServer((incoming, outgoing) =>
    void respond(handle, streams, incoming, outgoing)
  );
  const boundPort = await bind(server, port, hostname);
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  let closed: Promise<void> | undefined;
  const close = () => closed ??= shut(server);
  return {
    url: `http://${name}:${boundPort}`,
    port: boundPort,
    close,
    [Symbol.asyncDispose]: close,
  };
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

async function respond(
  handle: FetchHandler,
  streams: NodeStreams,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const closed = new AbortController();
  outgoing.once("close", () => closed.abort());
  const request = toRequest(incoming, closed.signal);
  if (!request) return void outgoing.writeHead(400).end("Bad Request");
  try {
    const response = await handle(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (!response.body) return void outgoing.end();
    outgoing.flushHeaders();
    // A stream of Node's cancels the body as soon as the client disconnects, also while no chunk is there to be sent.
    const body = streams.Readable.fromWeb(response.body);
    await streams.promises.pipeline(body, outgoing);
  } catch (thrown) {
    // The status is sent already: closing the connection tells the client that the body is incomplete.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500).end(messageOf(thrown));
  }
}

/** Returns the request; `undefined` when it is one that the web platform does not have. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = "GET", url = "/" } = incoming;
  const address = addressOf(url, incoming.headers.host ?? "localhost");
  if (!address || /^(CONNECT|TRACE|TRACK)$/i.test(method)) return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const hasBody = method !== "GET" && method !== "HEAD";
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal };
  if (hasBody) {
    init.body = bodyOf(incoming);
    init.duplex = "half";
  }
  return new Request(address, init);
}

/** Node's own conversion throws where nothing catches it, when a body goes on after it was cancelled. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let open = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const end = (settle: () => void) => () => {
        if (open) settle();
        open = false;
      };
      incoming.on("data", (chunk: Uint8Array) => {
        if (!open) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.once("end", end(() => controller.close()));
      const failed = end(() => controller.error(new Error("the request's body is incomplete")));
      incoming.once("error", failed);
      incoming.once("close", failed);
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel() {
      open = false;
      incoming.resume(); // The rest is dropped, so that the client can read the response.
    },
  });
}

/** The target of a request line is a path, also when it begins with two slashes, or a whole URL of which the path counts. */
function addressOf(target: string, host: string): URL | undefined {
  const path = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "") || "/";
  if (!path.startsWith("/") || /[\s/?#@\\]/.test(host)) return undefined;
  return URL.canParse(`http://${host}${path}`) ? new URL(`http://${host}${path}`) : undefined;
}
