/** JetStream's API, as far as drivers use it. */

import type { MemoryConsumer } from "../../src/transport/memory/broker/memory_consumer.ts";
import type {
  MemoryStream,
  MemoryStreamConfig,
} from "../../src/transport/memory/broker/memory_stream.ts";
import { PullRequest } from "./pull_request.ts";
import type { SimulatedServer } from "./server.ts";
import type { Session } from "./session.ts";
import { base64, type WireMessage } from "./wire.ts";

const NANOS = 1e6;

/** What requests hold, whatever they ask for. */
interface RequestBody {
  readonly name?: string;
  readonly subjects?: readonly string[];
  readonly retention?: MemoryStreamConfig["retention"];
  readonly duplicate_window?: number;
  readonly max_age?: number;
  readonly max_msgs_per_subject?: number;
  readonly last_by_subj?: string;
  readonly batch?: number;
  readonly no_wait?: boolean;
  readonly expires?: number;
  readonly action?: string;
  readonly config?: {
    readonly ack_wait: number;
    readonly max_ack_pending: number;
    readonly filter_subject?: string;
    readonly filter_subjects?: readonly string[];
    readonly description?: string;
  };
}

/** An error as the API answers it. */
export class ApiFailure {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;

  constructor(code: number, errCode: number, description: string) {
    this.code = code;
    this.err_code = errCode;
    this.description = description;
  }
}

const STREAM_NOT_FOUND = new ApiFailure(404, 10059, "stream not found");
const CONSUMER_NOT_FOUND = new ApiFailure(404, 10014, "consumer not found");
const CONSUMER_EXISTS = new ApiFailure(400, 10148, "consumer already exists");
const MESSAGE_NOT_FOUND = new ApiFailure(404, 10037, "no message found");

/** Answers a request; `undefined` when it gets no answer, or has had one. */
export function answerApi(
  server: SimulatedServer,
  session: Session,
  path: string,
  message: WireMessage,
): unknown {
  const parts = path.split(".");
  // The client library creates a consumer with several filter subjects at `CONSUMER.DURABLE.CREATE`.
  const [kind, verb, ...names] = parts.filter((part, index) => index !== 1 || part !== "DURABLE");
  const stream = kind === "CONSUMER" && verb === "MSG"
    ? names[1]
    : verb === "MSG"
    ? names[1]
    : names[0];
  const trouble = server.troubles.get(stream ?? "");
  if (trouble === "mute") return undefined;
  try {
    if (kind === "STREAM") {
      if (verb === "MSG" && trouble === "unreadable") {
        throw new ApiFailure(500, 10052, "message could not be read");
      }
      const body = readBody(message);
      if (verb === "MSG") {
        server.observer.read(
          body.last_by_subj ?? "",
          lastOf(server, stream!, body),
          session.client,
        );
      }
      return answerStream(server, verb!, stream!, body);
    }
    if (verb === "MSG") {
      requestMessages(server, session, names, message);
      return undefined;
    }
    const answer = answerConsumer(server, verb!, names, readBody(message));
    server.observer.lookedUp(names[1] ?? "", session.client);
    return answer;
  } catch (error) {
    if (error instanceof ApiFailure) return { error };
    throw error;
  }
}

function answerStream(
  server: SimulatedServer,
  verb: string,
  name: string,
  body: RequestBody,
): unknown {
  const { broker } = server;
  const found = broker.stream(name);
  switch (verb) {
    case "CREATE":
    case "UPDATE":
      if (!found) broker.ensureStream(readStreamConfig(body));
      return streamInfo(server, broker.stream(name)!);
    case "DELETE":
      if (!found) throw STREAM_NOT_FOUND;
      broker.deleteStream(name);
      return { success: true };
    case "INFO":
      if (!found) throw STREAM_NOT_FOUND;
      return streamInfo(server, found);
    default: {
      if (!found) throw STREAM_NOT_FOUND;
      const last = lastOf(server, name, body);
      if (!last) throw MESSAGE_NOT_FOUND;
      const { sequence, timestampMs, data, headers } = last;
      const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`).join("");
      return {
        message: {
          subject: last.subject,
          seq: sequence,
          time: new Date(timestampMs).toISOString(),
          data: base64(data),
          ...(lines && { hdrs: btoa(`NATS/1.0\r\n${lines}\r\n`) }),
        },
      };
    }
  }
}

function lastOf({ broker }: SimulatedServer, stream: string, { last_by_subj = "" }: RequestBody) {
  return broker.stream(stream)?.last(last_by_subj);
}

function answerConsumer(
  server: SimulatedServer,
  verb: string,
  [streamName = "", durable = ""]: string[],
  body: RequestBody,
): unknown {
  if (!server.broker.stream(streamName)) throw STREAM_NOT_FOUND;
  const found = server.broker.consumer(streamName, durable);
  if (verb === "CREATE") {
    const { ack_wait, max_ack_pending, filter_subject, filter_subjects, description } = body
      .config!;
    const config = {
      durable,
      ackWaitMs: ack_wait / NANOS,
      maxAckPending: max_ack_pending,
      filterSubjects: filter_subjects ?? [filter_subject!],
      ...(description && { description }),
    };
    if (found && body.action === "create" && found.config.ackWaitMs !== config.ackWaitMs) {
      throw CONSUMER_EXISTS;
    }
    const before = found && { ackWaitMs: found.config.ackWaitMs };
    try {
      const consumer = server.broker.ensureConsumer(streamName, config);
      server.observer.consumerChanged(streamName, durable, before, config);
      return consumerInfo(server, consumer);
    } catch (error) {
      throw new ApiFailure(400, 10100, (error as Error).message);
    }
  }
  if (!found) throw CONSUMER_NOT_FOUND;
  if (verb === "INFO") return consumerInfo(server, found);
  server.broker.deleteConsumer(streamName, durable);
  return { success: true };
}

function requestMessages(
  server: SimulatedServer,
  session: Session,
  [, stream = "", durable = ""]: string[],
  message: WireMessage,
): void {
  const consumer = server.broker.consumer(stream, durable);
  if (!consumer) return server.noResponders(message.reply);
  const { batch = 1, expires = 0, no_wait: noWait = false } = readBody(message);
  const request = new PullRequest(server, session, message.reply!, consumer, {
    batch,
    expiresMs: expires / NANOS,
    noWait,
  });
  server.pullRequests.add(request);
}

function readStreamConfig(body: RequestBody): MemoryStreamConfig {
  return {
    name: body.name ?? "",
    subjects: body.subjects ?? [],
    retention: body.retention ?? "limits",
    duplicateWindowMs: (body.duplicate_window ?? 0) / NANOS,
    maxAgeMs: (body.max_age ?? 0) / NANOS,
    ...(body.max_msgs_per_subject && { messagesPerSubject: body.max_msgs_per_subject }),
  };
}

function streamInfo(server: SimulatedServer, stream: MemoryStream): unknown {
  const { name, subjects, retention, duplicateWindowMs, messages, created } = stream.info();
  return {
    config: {
      name,
      subjects,
      retention,
      duplicate_window: duplicateWindowMs * NANOS,
      max_age: 0,
      num_replicas: 1,
    },
    state: { messages },
    created,
    ts: new Date(server.world.wall()).toISOString(),
  };
}

function consumerInfo(server: SimulatedServer, consumer: MemoryConsumer): unknown {
  const {
    stream,
    durable,
    filterSubjects,
    ackWaitMs,
    maxAckPending,
    description,
    createdMs,
    ...counts
  } = consumer.info();
  const restarted = server.restarted.has(consumer);
  return {
    stream_name: stream,
    name: durable,
    created: new Date(createdMs).toISOString(),
    ts: new Date(server.world.wall()).toISOString(),
    delivered: {
      consumer_seq: 1,
      ...(!restarted && { last_active: new Date(createdMs).toISOString() }),
    },
    config: {
      durable_name: durable,
      ack_policy: "explicit",
      ack_wait: ackWaitMs * NANOS,
      max_ack_pending: maxAckPending,
      max_deliver: -1,
      filter_subjects: filterSubjects,
      ...(description && { description }),
    },
    num_pending: counts.pending,
    num_ack_pending: counts.ackPending,
    num_redelivered: counts.redelivered,
  };
}

function readBody({ data }: WireMessage): RequestBody {
  return data.length === 0 ? {} : JSON.parse(new TextDecoder().decode(data));
}
