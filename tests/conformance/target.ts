import { readFile } from "node:fs/promises";
import { createDevServer, type DevServerOptions, type Generation } from "@conveyor/driver/dev";
import { GENERATIONS } from "../../src/dev/generation.ts";
import { protocolOf, STREAMS } from "../../src/protocol/subjects.ts";
import { connectBroker } from "../../src/transport/connect.ts";
import type { Connection, TlsMaterial, Transport } from "../../src/transport/transport.ts";
import { readIdentity } from "../../src/credentials/identity.ts";
import { signToken } from "../../src/credentials/token.ts";
import { createCertificateAuthority } from "../support/certificates.ts";
import { type Answer, type Call, caller } from "../support/api_call.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { Differences } from "./differences.ts";

/** The server under test. */
export interface Target {
  readonly name: string;
  /** The server's generation: `v1` has no pipelines and no log store, `v3` has deletion pipelines. */
  readonly generation: Generation;
  /** Whether it is a live server rather than the embedded one. */
  readonly live: boolean;
  readonly url: string;
  /** Makes a call, with a token where the server requires one. */
  readonly call: Call;
  /** Fetches, with a token where the server requires one. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** How to reach the server's broker. */
  readonly broker: { servers: string[]; transport?: Transport };
  /** The client's key, certificate and authority, where the server requires them. */
  readonly credentials: Required<Omit<TlsMaterial, "handshakeFirst">> | undefined;
  /** A connection to the server's broker. */
  readonly connection: Connection;
  /** Where the server differs from the protocol page. */
  readonly differences: Differences;
  /** Whether the server is of this generation or a later one: cases that it does not have are not defined. */
  since(generation: Generation): boolean;
  /** Returns the path of a resource: in v1 the name comes before the type. */
  resourcePath(type: string, name: string): string;
  /** Returns a name that is unique to this run, so that the suite can run repeatedly on one server. */
  unique(what: string): string;
  /** Runs a clean-up at the end. */
  later(cleanUp: () => Promise<unknown>): void;
  /** Runs the clean-ups and disconnects. */
  close(): Promise<void>;
}

/**
 * Opens the server that `CONVEYOR_TEST_URL` and `CONVEYOR_TEST_NATS` name, with the credentials that `CONVEYOR_TEST_CERT_FILE`,
 * `CONVEYOR_TEST_KEY_FILE` and `CONVEYOR_TEST_CA_FILE` name if it requires any; without them, the embedded one in
 * all generations: on a broker in memory, on a NATS server, and one that requires credentials.
 */
export async function openTargets(): Promise<Target[]> {
  const url = process.env["CONVEYOR_TEST_URL"];
  const nats = process.env["CONVEYOR_TEST_NATS"];
  if (!url !== !nats) {
    throw new Error("CONVEYOR_TEST_URL and CONVEYOR_TEST_NATS belong together: set both, or none");
  }
  if (url && nats) return [await liveTarget(url.replace(/\/+$/, ""), nats)];
  const authority = await createCertificateAuthority();
  const { cert, key, ca } = await authority.issue();
  await authority.remove();
  return [
    await embeddedTarget("embedded server", {}),
    await embeddedTarget("embedded server of release 0.2", { generation: "v1" }),
    await targetOnNats("embedded server of release 0.2 on NATS", { generation: "v1" }),
    await embeddedTarget("embedded server of release 0.6", { generation: "v2" }),
    await targetOnNats("embedded server on NATS", {}),
    await embeddedTarget("embedded server with authentication", {}, { cert, key, ca }),
  ];
}

async function liveTarget(url: string, nats: string): Promise<Target> {
  const credentials = await readCredentials();
  const broker = { servers: [nats] };
  const authorized = credentials ? withToken(credentials) : fetch;
  const connection = await connectBroker({
    ...broker,
    signal: AbortSignal.timeout(10_000),
    ...(credentials && { tls: credentials }),
  });
  const messages = await connection.streamInfo(STREAMS.messages);
  const { status } = await authorized(`${url}/capabilities`);
  return target({
    generation: status === 200 ? "v3" : messages ? protocolOf(messages.subjects) : "v2",
    name: `server at ${url}`,
    live: true,
    url,
    fetch: authorized,
    broker,
    credentials,
    connection,
  });
}

async function embeddedTarget(
  name: string,
  options: DevServerOptions,
  credentials?: Required<Omit<TlsMaterial, "handshakeFirst">>,
): Promise<Target> {
  const server = createDevServer({
    ...options,
    heartbeatMs: 20,
    ...(credentials && { auth: { ca: credentials.ca } }),
  });
  const { url } = await server.listen();
  const { broker } = server;
  const authorized = credentials ? withToken(credentials) : fetch;
  const connection = await connectBroker(broker, broker.transport);
  const made = target({
    generation: options.generation ?? "v3",
    name,
    live: false,
    url,
    fetch: authorized,
    broker,
    credentials,
    connection,
  });
  return { ...made, close: async () => (await made.close(), await server.close()) };
}

async function targetOnNats(name: string, options: DevServerOptions): Promise<Target> {
  const server = await startNatsServer();
  const made = await embeddedTarget(name, { ...options, servers: server.url });
  return { ...made, close: async () => (await made.close(), await server.stop()) };
}

function target(
  parts: Omit<
    Target,
    "call" | "differences" | "since" | "resourcePath" | "unique" | "later" | "close"
  >,
): Target {
  const run = crypto.randomUUID().slice(0, 8);
  const cleanUps: (() => Promise<unknown>)[] = [];
  return {
    ...parts,
    call: caller(parts.fetch, parts.url),
    differences: new Differences(parts.live),
    since: (generation) => GENERATIONS.indexOf(parts.generation) >= GENERATIONS.indexOf(generation),
    resourcePath: (type, name) =>
      `/resources/${parts.generation === "v1" ? `${name}/${type}` : `${type}/${name}`}`,
    unique: (what) => `conformance-${run}-${what}`,
    later: (cleanUp) => void cleanUps.push(cleanUp),
    async close() {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
      await parts.connection.close();
    },
  };
}

function withToken(credentials: Required<Omit<TlsMaterial, "handshakeFirst">>): Target["fetch"] {
  const identity = readIdentity(credentials);
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${await signToken(identity, Date.now())}`);
    return await fetch(url, { ...init, headers });
  };
}

async function readCredentials(): Promise<
  Required<Omit<TlsMaterial, "handshakeFirst">> | undefined
> {
  const paths = ["CERT", "KEY", "CA"].map((name) => process.env[`CONVEYOR_TEST_${name}_FILE`]);
  if (paths.every((path) => !path)) return undefined;
  const [cert, key, ca] = await Promise.all(paths.map((path) => path && readFile(path, "utf8")));
  if (cert && key && ca) return { cert, key, ca };
  throw new Error(
    "CONVEYOR_TEST_CERT_FILE, …_KEY_FILE and …_CA_FILE belong together: set all three",
  );
}

/** Returns the body of a response as text. */
export function textOf({ body }: Answer): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
