/** Three servers that keep every message three times. */

import { createServer } from "node:net";
import { announceNatsServer } from "../../tests/support/nats_binary.ts";
import { type NatsServer, startNatsServer } from "../../tests/support/nats_server.ts";
import type { Broker } from "./broker.ts";
import { Checker } from "./checker.ts";
import { untilProgress } from "./progress.ts";

const NAMES = ["one", "two", "three"] as const;
/** Streams that have to be whole again before the next kill: a second loss would be more than three copies can bear. */
const STREAMS = ["messages", "pipeline-engine", "logs-engine"];

/** Starts a cluster of three. A kill kills the server that leads the stream `messages`. */
export async function clusterOfThree(): Promise<Broker> {
  const ports = await freePorts(NAMES.length);
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(", ");
  const servers = new Map<string, NatsServer>();
  await announceNatsServer();
  await Promise.all(NAMES.map(async (name, index) => {
    const config = `server_name: ${name}\n` +
      `cluster { name: chaos, listen: "127.0.0.1:${ports[index]}", routes: [${routes}] }`;
    servers.set(name, await startNatsServer({ config }));
  }));
  const urls = [...servers.values()].map(({ url }) => url);
  const checker = await Checker.connect(urls);
  return {
    urls,
    replicas: NAMES.length,
    async kill() {
      const leader = await untilWhole(checker);
      const server = servers.get(leader);
      if (!server) {
        throw new Error(`the stream messages is led by ${leader}, which is none of ours`);
      }
      await server.restart();
    },
    async [Symbol.asyncDispose]() {
      await checker[Symbol.asyncDispose]();
      await Promise.all([...servers.values()].map((server) => server.stop()));
    },
  };
}

/** Waits until every copy of every stream is up to date, and gives the server that leads `messages`. */
async function untilWhole(checker: Checker): Promise<string> {
  let leader = "";
  const whole = await untilProgress(async () => {
    const clusters = [];
    for (const name of STREAMS) clusters.push((await checker.stream(name)).cluster);
    leader = clusters[0]?.leader ?? "";
    const whole = clusters.every((cluster) =>
      cluster?.leader && cluster.replicas?.every(({ current, offline }) => current && !offline)
    );
    return { at: JSON.stringify(clusters), done: whole };
  }, { everyMs: 250 });
  if (!whole) throw new Error("the cluster did not become whole again");
  return leader;
}

/** Free ports: a cluster's servers have to know each other's before they start. */
async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    listeners.map((listener) =>
      new Promise<number>((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(0, "127.0.0.1", () => {
          const address = listener.address();
          resolve(typeof address === "object" && address ? address.port : 0);
        });
      })
    ),
  );
  await Promise.all(
    listeners.map((listener) => new Promise((resolve) => listener.close(resolve))),
  );
  return ports;
}
