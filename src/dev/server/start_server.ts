/** A server at work: connected, with its streams made and its consumers bound. @module */

import { STREAMS } from "../../protocol/subjects.ts";
import { connectBroker } from "../../transport/connect.ts";
import type { Connection, ConnectionStatus } from "../../transport/transport.ts";
import { createGate } from "../api/auth.ts";
import { createApi } from "../api/handler.ts";
import { routesOf, type Services } from "../api/routes.ts";
import { type ConsumerLoop, startConsumerLoop } from "../engine/consumer_loop.ts";
import { advancePipeline } from "../engine/pipeline_engine.ts";
import { storeLogEntry } from "../engine/log_writer.ts";
import type { ResolvedOptions } from "../options.ts";
import { createServices } from "./services.ts";
import { ensureStreams, streamConfigs } from "./streams.ts";

/** A server at work. */
export interface RunningServer {
  /** Answers a request of the REST API. Never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Resolves when everything has stopped after the signal fired. */
  stopped(): Promise<void>;
}

/** Connects, creates the streams and begins to serve, until `signal` fires. */
export async function startServer(
  settings: ResolvedOptions,
  signal: AbortSignal,
): Promise<RunningServer> {
  const { broker, tls, auth, onNotice } = settings;
  const gate = auth && await createGate(auth);
  const connection = await connectBroker({
    servers: broker.servers,
    name: "conveyor-dev-server",
    signal,
    onAttemptFailed: ({ error }) => onNotice(error.message),
    ...(tls && { tls }),
  }, broker.transport);
  try {
    const services = createServices(settings, connection, signal);
    connection.onStatus((status) => tellOf(status, services.onNotice));
    const loops = await startLoops(settings, services, connection, signal);
    const routes = routesOf(services);
    const { countRequest: count } = services;
    return {
      handle: createApi({ routes, count, onNotice: services.onNotice, ...(gate && { gate }) }),
      async stopped() {
        await Promise.all(loops.map((loop) => loop.done));
        await connection.close();
      },
    };
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

function tellOf(status: ConnectionStatus, onNotice: (notice: string) => void): void {
  switch (status.type) {
    case "disconnected":
      return onNotice(`lost the connection to ${status.server}; trying again until it is back`);
    case "reconnected":
      return onNotice(`connected to ${status.server} again`);
    case "error":
      return onNotice(status.error.message);
  }
}

async function startLoops(
  settings: ResolvedOptions,
  services: Services,
  connection: Connection,
  signal: AbortSignal,
): Promise<ConsumerLoop[]> {
  const configs = streamConfigs(settings.protocol, settings.streams);
  const prepare = () => ensureStreams(connection, configs);
  await prepare();
  if (settings.protocol === "v1") return [];
  const { logs, onNotice } = services;
  const shared = { connection, prepare, onNotice, signal };
  return await Promise.all([
    startConsumerLoop({
      ...shared,
      stream: STREAMS.pipelineEngine,
      filterSubject: "pipelines.>",
      handle: (delivery) => advancePipeline(services, delivery),
    }),
    startConsumerLoop({
      ...shared,
      stream: STREAMS.logsEngine,
      filterSubject: "logs.>",
      handle: (delivery) => storeLogEntry(logs, delivery, onNotice),
    }),
  ]);
}
