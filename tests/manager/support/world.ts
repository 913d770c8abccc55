import {
  createDriver,
  createDriverManager,
  type DriverDefinition,
  type DriverManager,
  type DriverManagerOptions,
  type ManagerEvent,
} from "@conveyor/driver";
import { onTestFinished } from "vitest";
import { decodeText } from "../../../src/encoding/json.ts";
import { encodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { resourceSubject } from "../../../src/protocol/subjects.ts";
import type { Connection, StreamConfig } from "../../../src/transport/transport.ts";
import { type BrokerKind, openBroker, type TestBroker } from "./brokers.ts";
import { Collector } from "./collector.ts";

/** A stored result, as it was on the wire. */
export interface StoredResult {
  event: string;
  run_id: string;
  resource: Record<string, unknown>;
  driverresult: { success: boolean; message: string; data: unknown; driver: string };
}

/** The streams of a v2 server. */
export const V2_STREAMS: readonly StreamConfig[] = [
  {
    name: "messages",
    subjects: ["resources.>", "events.>", "drivers.>"],
    retention: "interest",
  },
  { name: "pipeline-engine", subjects: ["pipelines.>"], retention: "workqueue" },
  { name: "logs-engine", subjects: ["logs.>"], retention: "workqueue" },
];

/** The streams of a v1 server. */
export const V1_STREAMS: readonly StreamConfig[] = [
  { name: "messages", subjects: ["resources.>", "events.>"], retention: "workqueue" },
];

/** A broker with a server's streams, a collector of results, and managers. */
export interface World {
  readonly broker: TestBroker;
  /** A connection for the test. */
  readonly connection: Connection;
  /** Results in the order they were stored. */
  readonly results: Collector<StoredResult>;
  /** Events that managers reported. */
  readonly events: Collector<ManagerEvent>;
  /** Publishes an event for a resource, and returns its run id. */
  send(event?: Partial<SentEvent>): Promise<string>;
  /** Publishes bytes. */
  sendRaw(subject: string, data: Uint8Array): Promise<void>;
  /** Starts a manager for one driver and waits until it is bound. */
  start(
    definition: Partial<DriverDefinition>,
    options?: Partial<DriverManagerOptions>,
  ): Promise<DriverManager>;
  /** Creates a manager without starting it. */
  manager(
    definition: Partial<DriverDefinition>,
    options?: Partial<DriverManagerOptions>,
  ): DriverManager;
}

/** An event to send. */
export interface SentEvent {
  subject: string;
  event: string;
  type: string;
  name: string;
  runId: string;
  id: string;
  spec: unknown;
  metadata: Record<string, string>;
  pipeline: string;
}

/** Opens a world that is closed when the test has finished. */
export async function openWorld(
  kind: BrokerKind | TestBroker,
  { streams = V2_STREAMS }: { streams?: readonly StreamConfig[] } = {},
): Promise<World> {
  const broker = typeof kind === "string" ? await openBroker(kind) : kind;
  const connection = await broker.connect();
  for (const stream of streams) await connection.ensureStream(stream);
  const results = new Collector<StoredResult>();
  if (streams.some(({ name }) => name === "pipeline-engine")) {
    await collectResults(connection, results);
  }
  const managers: DriverManager[] = [];
  const events = new Collector<ManagerEvent>();
  onTestFinished(async () => {
    await Promise.all(managers.map((manager) => manager.stop("the test has finished")));
    await connection.close();
    await broker.close();
  });
  const make: World["manager"] = (definition, options = {}) => {
    const driver = createDriver({
      name: "deploy",
      resources: ["workflow"],
      reconcile() {},
      ...definition,
    });
    const manager = createDriverManager({
      driver,
      ...broker.options,
      sinks: [],
      console: false,
      runLog: "off",
      handleSignals: false,
      backoff: { initialMs: 10, maxMs: 50 },
      onEvent: (event) => events.add(event),
      ...options,
    });
    managers.push(manager);
    return manager;
  };
  return {
    broker,
    connection,
    results,
    events,
    manager: make,
    async start(definition, options) {
      const manager = make(definition, options);
      const running = manager.run();
      await Promise.race([manager.ready, running]);
      return manager;
    },
    async send(sent = {}) {
      const { type = "workflow", name = "site", runId = crypto.randomUUID(), id = hexId() } = sent;
      const { event = "create", spec = {}, metadata = { version: "1" }, pipeline } = sent;
      const resource = {
        id: hexId(),
        name,
        resource: type,
        metadata,
        spec,
        ...(pipeline && { pipeline }),
      };
      const data = encodeDriverMessage({ event, id, runId, payload: JSON.stringify(resource) });
      await connection.publishConfirmed(sent.subject ?? resourceSubject(type), data);
      return runId;
    },
    async sendRaw(subject, data) {
      await connection.publishConfirmed(subject, data);
    },
  };
}

async function collectResults(
  connection: Connection,
  results: Collector<StoredResult>,
): Promise<void> {
  await connection.ensureConsumer("pipeline-engine", {
    durable: "engine",
    filterSubjects: ["pipelines.driver.result"],
    ackWaitMs: 30_000,
    maxAckPending: 10_000,
  });
  const pull = await connection.pull("pipeline-engine", "engine", {
    onMessage(delivery) {
      results.add(JSON.parse(decodeText(delivery.data)) as StoredResult);
      delivery.ack();
      pull.demand(100);
    },
    onLost() {},
  });
  pull.demand(100);
}

/** 24 hexadecimal digits, as the server's ids. */
export function hexId(): string {
  return Array.from(
    crypto.getRandomValues(new Uint8Array(12)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}
