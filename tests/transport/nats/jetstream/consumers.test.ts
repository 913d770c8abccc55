import { AckPolicy, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection } from "../../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { bytes, consumer, makeStream, startPull, text, until } from "../../support/world.ts";

let server: NatsServer;
let connection: Connection;
/** Creates consumers with options that a driver does not use. */
let other: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  server = await startNatsServer();
  connection = await connectBroker({ servers: [server.url] });
  other = await connect({ servers: server.url });
  manager = await jetstreamManager(other);
});
afterAll(async () => {
  await Promise.all([connection.close(), other.close()]);
  await server.stop();
});

describe("a consumer of another client", () => {
  test.each([
    ["that is a push consumer", { deliver_subject: "somewhere", ack_policy: AckPolicy.Explicit }],
    ["that has the ack policy none", { ack_policy: AckPolicy.None }],
    ["that has the ack policy all", { ack_policy: AckPolicy.All }],
  ])("%s is refused, with the command that deletes it", async (_, config) => {
    const { stream, subject } = await makeStream(connection, "limits");
    const wanted = consumer([subject("a")]);
    await manager.consumers.add(stream, { durable_name: wanted.durable, ...config });
    const ensure = connection.ensureConsumer(stream, wanted);
    await expect(ensure).rejects.toThrow(ConfigError);
    await expect(ensure).rejects.toThrow(`nats consumer rm ${stream} ${wanted.durable}`);
  });

  test("loses limits that would keep events from the driver, and keeps its other options", async () => {
    const { stream, subject } = await makeStream(connection, "limits");
    const wanted = consumer([subject("a"), subject("b")]);
    await manager.consumers.add(stream, {
      durable_name: wanted.durable,
      ack_policy: AckPolicy.Explicit,
      filter_subject: subject("a"),
      headers_only: true,
      inactive_threshold: 60e9,
      max_ack_pending: 1,
      max_batch: 1,
      max_deliver: 3,
      max_expires: 1e9,
      max_waiting: 7,
      sample_freq: "50%",
    });
    await connection.ensureConsumer(stream, wanted);
    const { config } = await manager.consumers.info(stream, wanted.durable);
    expect(config).toMatchObject({
      filter_subjects: wanted.filterSubjects,
      max_ack_pending: wanted.maxAckPending,
      max_deliver: -1,
      max_waiting: 7,
      sample_freq: "50%",
    });
    expect(config.headers_only ?? false).toBe(false);
    expect([config.inactive_threshold ?? 0, config.max_batch ?? 0, config.max_expires ?? 0])
      .toEqual([0, 0, 0]);
    await connection.publishConfirmed(subject("b"), bytes("with payload"));
    const { pull, inbox } = await startPull(connection, stream, wanted.durable, 5);
    expect(text((await inbox.next()).data)).toBe("with payload");
    await pull.stop();
  });
});

describe("a pull", () => {
  test("waits when max_waiting of the consumer is reached, and reports it", async () => {
    const { stream, subject } = await makeStream(connection, "interest");
    const wanted = consumer([subject("a")]);
    await manager.consumers.add(stream, {
      durable_name: wanted.durable,
      ack_policy: AckPolicy.Explicit,
      filter_subject: subject("a"),
      max_waiting: 1,
    });
    const first = await startPull(connection, stream, wanted.durable, 1);
    await connection.flush();
    const second = await startPull(connection, stream, wanted.durable, 1);
    await until(() => second.notices, ({ length }) => length > 0);
    expect(second.notices[0]).toContain("max_waiting");
    await first.pull.stop();
    await connection.publishConfirmed(subject("a"), bytes("second's"));
    expect(text((await second.inbox.next()).data)).toBe("second's");
    expect(second.losses()).toBe(0);
    await second.pull.stop();
  });

  test("ends when the server can never accept its requests, and reports the reason", async () => {
    const { stream, subject } = await makeStream(connection, "interest");
    const wanted = consumer([subject("a")]);
    await manager.consumers.add(stream, {
      durable_name: wanted.durable,
      ack_policy: AckPolicy.Explicit,
      max_batch: 1,
    });
    const { lost } = await startPull(connection, stream, wanted.durable, 2);
    const error = await lost;
    expect(error.reason).toBe("refused");
    expect(error.message).toContain("MaxRequestBatch");
  });
});
