import { AckPolicy, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection } from "../../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer, testedReleases } from "../../../support/nats_server.ts";
import { bytes, consumer, makeStream, startPull, text } from "../../support/world.ts";

/** How long the server keeps an ephemeral consumer that has no clients: so has the driver for Go. */
const INACTIVE_MS = 5000;

for (const release of testedReleases()) {
  describe(`an ephemeral consumer of an older driver, on nats-server ${release ?? ""}`, () => {
    let server: NatsServer;
    let connection: Connection;
    let other: NatsConnection;
    let manager: JetStreamManager;
    beforeAll(async () => {
      server = await startNatsServer({ release });
      connection = await connectBroker({ servers: [server.url] });
      other = await connect({ servers: server.url });
      manager = await jetstreamManager(other);
    });
    afterAll(async () => {
      await Promise.all([connection?.close(), other?.close()]);
      await server?.stop();
    });

    const addEphemeral = (
      stream: string,
      name: string,
      subjects: string[],
    ) =>
      manager.consumers.add(stream, {
        name,
        ack_policy: AckPolicy.Explicit,
        inactive_threshold: INACTIVE_MS * 1e6,
        max_ack_pending: 1,
        ...(subjects.length === 1
          ? { filter_subject: subjects[0]! }
          : { filter_subjects: subjects }),
      });

    test.each([["one filter", ["a"]], ["several filters", ["a", "b"]]])(
      "is made durable, with %s, and goes on where it is",
      async (_, rests) => {
        const { stream, subject } = await makeStream(connection, "limits");
        const wanted = consumer(rests.map(subject));
        await addEphemeral(stream, wanted.durable, wanted.filterSubjects as string[]);
        await connection.publishConfirmed(subject("a"), bytes("before"));
        const older = await startPull(connection, stream, wanted.durable, 1);
        await (await older.inbox.next()).ackConfirmed();
        await older.pull.stop();

        const info = await connection.ensureConsumer(stream, wanted);
        expect(info).toMatchObject({ ...wanted, pending: 0 });
        const { config } = await manager.consumers.info(stream, wanted.durable);
        expect(config.durable_name).toBe(wanted.durable);
        expect(config.inactive_threshold ?? 0).toBe(0);

        await connection.publishConfirmed(subject("a"), bytes("after"));
        const { pull, inbox } = await startPull(connection, stream, wanted.durable, 1);
        const next = await inbox.next();
        expect([text(next.data), next.deliveryCount]).toEqual(["after", 1]);
        await pull.stop();
      },
    );
  });
}
