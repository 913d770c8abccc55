import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { LokiIngester, type LokiLimits, type StoredLine } from "./loki_ingester.ts";

/** How the server is set up: Loki's own limits, and what a proxy in front of it asks for. */
export interface LokiServerOptions extends Partial<LokiLimits> {
  /** Whether a push must name a tenant. */
  multiTenant?: boolean;
  /** Bytes of the largest push, decompressed, and the status that a larger one is refused with. */
  maxPushSize?: number;
  tooLargeStatus?: number;
  /** The `Authorization` header that a push must carry. */
  authorization?: string;
}

/** An answer given instead of Loki's own. */
export interface CannedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A push as it arrived. */
export interface SeenPush {
  tenant: string | undefined;
  encoding: string | undefined;
  authorization: string | undefined;
  body: string;
  status: number;
}

/** A server that takes pushes by Loki's documented rules and refuses what Loki would refuse. */
export interface LokiServer extends AsyncDisposable {
  readonly url: string;
  /** Every push so far, refused ones too. */
  readonly pushes: SeenPush[];
  /** What is stored for the streams that have these labels, by time. */
  lines(labels?: Record<string, string>): StoredLine[];
  /** Labels of all streams. */
  streams(): Record<string, string>[];
  /** Answers the next pushes so, one after the other, without storing anything. */
  answerNext(...answers: CannedAnswer[]): void;
  /** Cuts the connections of the next pushes without an answer. */
  hangUpNext(count: number): void;
  /** Resolves at the next push. */
  pushed(): Promise<void>;
}

/** Starts the server on a port of its own. */
export async function startLokiServer(options: LokiServerOptions = {}): Promise<LokiServer> {
  const ingester = new LokiIngester(options);
  const pushes: SeenPush[] = [];
  const canned: CannedAnswer[] = [];
  let hangUps = 0;
  const arrived: (() => void)[] = [];

  const server = createServer(async (request, response) => {
    const bytes = await bodyOf(request);
    if (hangUps > 0) {
      hangUps--;
      request.socket.destroy();
      return;
    }
    const push: SeenPush = {
      tenant: header(request, "x-scope-orgid"),
      encoding: header(request, "content-encoding"),
      authorization: header(request, "authorization"),
      body: "",
      status: 0,
    };
    const answer = canned.shift() ?? handle(request, bytes, push, options, ingester);
    push.status = answer.status;
    pushes.push(push);
    for (const resolve of arrived.splice(0)) resolve();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.status === 204 ? undefined : answer.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    pushes,
    lines: (labels = {}) => ingester.lines(labels),
    streams: () => ingester.streams(),
    answerNext: (...answers) => void canned.push(...answers),
    hangUpNext: (count) => void (hangUps = count),
    pushed: () => new Promise((resolve) => void arrived.push(resolve)),
    [Symbol.asyncDispose]: () => closed(server),
  };
}

function handle(
  request: IncomingMessage,
  bytes: Uint8Array,
  push: SeenPush,
  options: LokiServerOptions,
  ingester: LokiIngester,
): CannedAnswer {
  if (request.url !== "/loki/api/v1/push") return { status: 404, body: "404 page not found" };
  if (request.method !== "POST") return { status: 405 };
  if (options.authorization !== undefined && push.authorization !== options.authorization) {
    return { status: 401, body: "authorization required" };
  }
  if (options.multiTenant && !push.tenant) return { status: 401, body: "no org id" };
  if (header(request, "content-type")?.split(";")[0] !== "application/json") {
    return { status: 400, body: "snappy: corrupt input" };
  }
  const decoded = decode(bytes, push.encoding);
  if (decoded === undefined) {
    return { status: 400, body: `Content-Encoding "${push.encoding}" not supported` };
  }
  push.body = decoded;
  if (decoded.length > (options.maxPushSize ?? Infinity)) {
    return {
      status: options.tooLargeStatus ?? 413,
      body: "grpc: received message larger than max",
    };
  }
  const problem = ingester.push(decoded, push.tenant ?? "fake");
  if (problem?.includes("Maximum active stream limit")) return { status: 429, body: problem };
  return problem === undefined ? { status: 204 } : { status: 400, body: problem + "\n" };
}

function decode(bytes: Uint8Array, encoding: string | undefined): string | undefined {
  if (encoding === undefined) return new TextDecoder().decode(bytes);
  if (encoding === "gzip") return gunzipSync(bytes).toString();
  if (encoding === "deflate") return inflateRawSync(bytes).toString();
  return undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
