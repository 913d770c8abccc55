/** A started server: connected, with its streams created and its consumers bound. @module */

import { STREAMS } from "../../protocol/subjects.ts";
import { connectBroker } from "../../transport/connect.ts";
import type { Connection, ConnectionStatus } from "../../transport/transport.ts";
import { createAuthenticator } from "../api/auth.ts";
import { createApi } from "../api/handler.ts";
import { routesOf, type Services } from "../api/routes.ts";
import { type ConsumerLoop, startConsumerLoop } from "../engine/consumer_loop.ts";
import { handlePipelineEvent } from "../engine/pipeline_engine.ts";
import { storeLogEntry } from "../engine/log_writer.ts";
import { protocolOfGeneration } from "../generation.ts";
import type { ResolvedOptions } from "../options.ts";
import { createServices } from "./services.ts";
import { ensureStreams, streamConfigs } from "./streams.ts";

/** A started server. */
export interface RunningServer {
  /** Handles a request of the REST API. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Whether a driver's consumer exists: from then on, no event for it is lost. */
  readonly hasConsumer: (driver: string) => Promise<boolean>;
  /** Resolves when the consumers have stopped and the connection is closed, after the signal aborted. */
  stopped(): Promise<void>;
}

/** Connects, creates the streams and binds the consumers. They run until `signal` aborts. */
export async function startServer(
  settings: ResolvedOptions,
  allowedHosts: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<RunningServer> {
  const { broker, tls, auth, onNotice } = settings;
  const authenticate = auth && await createAuthenticator(auth);
  const connection = await connectBroker({
    servers: broker.servers,
    name: "conveyor-dev-server",
    signal,
    onAttemptFailed: ({ error }) => onNotice(error.message),
    ...(tls && { tls }),
  }, broker.transport);
  try {
    const services = createServices(settings, connection, signal);
    connection.onStatus((status) => reportStatus(status, services.onNotice));
    const loops = await startLoops(settings, services, connection, signal);
    const routes = routesOf(services);
    const { countRequest: count } = services;
    return {
      handle: createApi({
        routes,
        allowedHosts: () => allowedHosts,
        count,
        onNotice: services.onNotice,
        ...(authenticate && { authenticate }),
      }),
      hasConsumer: async (driver) =>
        await connection.consumerInfo(STREAMS.messages, driver) !== undefined,
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

function reportStatus(status: ConnectionStatus, onNotice: (notice: string) => void): void {
  switch (status.type) {
    case "disconnected":
      return onNotice(`disconnected from ${status.server}; reconnecting`);
    case "reconnected":
      return onNotice(`reconnected to ${status.server}`);
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
  const protocol = protocolOfGeneration(settings.generation);
  const configs = streamConfigs(protocol, settings.streams);
  const prepare = () => ensureStreams(connection, configs);
  await prepare();
  if (protocol === "v1") return [];
  const { onNotice } = services;
  const shared = { connection, prepare, onNotice, signal };
  return await Promise.all([
    startConsumerLoop({
      ...shared,
      stream: STREAMS.pipelineEngine,
      filterSubject: "pipelines.>",
      handle: (delivery) => handlePipelineEvent(services, delivery),
    }),
    startConsumerLoop({
      ...shared,
      stream: STREAMS.logsEngine,
      filterSubject: "logs.>",
      handle: (delivery) => storeLogEntry(services, delivery),
    }),
  ]);
}
