import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
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

/** Free ports. All are held until the last is found, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
