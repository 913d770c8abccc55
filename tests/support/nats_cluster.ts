import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats_server.ts";

/** Several nats-servers that are one cluster. Disposing of it ends them and removes their files. */
export interface NatsCluster extends AsyncDisposable {
  readonly nodes: readonly NatsServer[];
  /** Their URLs. */
  readonly urls: readonly string[];
  /** The node of a name, as streams and consumers tell their leader's. */
  node(name: string): NatsServer;
}

/** Starts a cluster of three, and resolves when it has a leader. */
export async function startNatsCluster(
  options: Pick<NatsServerOptions, "release"> = {},
): Promise<NatsCluster> {
  const names = ["one", "two", "three"];
  const ports = await freePorts(names.length);
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(", ");
  const nodes = await Promise.all(names.map((name, at) =>
    startNatsServer({
      ...options,
      config: `server_name: ${name}\n` +
        `cluster { name: conveyor, listen: "127.0.0.1:${ports[at]}", routes: [${routes}] }`,
    })
  ));
  await Promise.any(nodes.map((node) => node.saw("Self is new JetStream cluster metadata leader")));
  return {
    nodes,
    get urls() {
      return nodes.map(({ url }) => url);
    },
    node: (name) => nodes[names.indexOf(name)]!,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** Servers without JetStream that join a cluster when they are started, and leave it when they end. */
export interface NatsMembers extends AsyncDisposable {
  start(
    at: number,
    options?: Pick<NatsServerOptions, "port" | "tls" | "config">,
  ): Promise<NatsServer>;
  /** Resolves when the server of a URL reports this many members to its clients. */
  formed(
    url: string,
    count: number,
    options?: Pick<ConnectionOptions, "token" | "tls">,
  ): Promise<void>;
}

/** Creates a cluster of up to `count` members. None is started. */
export async function natsMembers(count: number): Promise<NatsMembers> {
  const ports = await freePorts(count);
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(", ");
  const started: NatsServer[] = [];
  return {
    async start(at, { config = "", ...options } = {}) {
      const server = await startNatsServer({
        ...options,
        jetstream: false,
        config: `${config}\n` +
          `cluster { name: members, listen: "127.0.0.1:${ports[at]}", routes: [${routes}] }`,
      });
      started.push(server);
      return server;
    },
    async formed(url, count, options) {
      const client = await connect({ servers: [url], ...options });
      for await (const _ of changes(client)) {
        if (client.info?.connect_urls?.length === count) return await client.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

/** Yields at once, and when the server has reported other members. */
async function* changes(client: NatsConnection): AsyncGenerator<void> {
  const events = client.status();
  yield;
  for await (const { type } of events) {
    if (type === "update") yield;
  }
}

/** Free ports. All are held until the last is found, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    for (;;) {
      const server = createServer().listen(randomPort(), "127.0.0.1");
      if (await once(server, "listening").then(() => true, () => false)) return server;
    }
  }));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Below those that systems give out by themselves: other tests that listen at any port do not take it meanwhile. */
function randomPort(): number {
  return 12_000 + Math.floor(Math.random() * 18_000);
}
