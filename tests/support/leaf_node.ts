import { type NatsServer, startNatsServer } from "./nats_server.ts";

/** A server with JetStream in the domain `hub`, and one in the domain `leaf` that is a leaf node of it. */
export interface LeafNode extends AsyncDisposable {
  readonly hub: NatsServer;
  readonly leaf: NatsServer;
}

/** Starts both servers, and resolves when they are connected. */
export async function startLeafNode(): Promise<LeafNode> {
  const hub = await startNatsServer({
    domain: "hub",
    config: `leafnodes { listen: "127.0.0.1:-1" }`,
  });
  const address = /leafnode connections on (\S+)/.exec(hub.log)![1];
  const leaf = await startNatsServer({
    domain: "leaf",
    config: `leafnodes { remotes: [{ url: "nats-leaf://${address}" }] }`,
  });
  await leaf.saw("JetStream using domains");
  return {
    hub,
    leaf,
    async [Symbol.asyncDispose]() {
      await leaf.stop();
      await hub.stop();
    },
  };
}
