import { describe, expect, it } from "vitest";
import { connectBroker } from "../../src/transport/connect.ts";
import type { Connection } from "../../src/transport/transport.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { startTcpProxy } from "../support/tcp_proxy.ts";
import { BROKERS, openBroker } from "../manager/support/brokers.ts";
import { bytes, makeStream } from "./support/world.ts";

function next(connection: Connection, type: "disconnected" | "reconnected"): Promise<void> {
  return new Promise((resolve) =>
    connection.onStatus((status) => status.type === type && resolve())
  );
}

describe.each(BROKERS)("a publish with a lease, on %s", (kind) => {
  it("that waits for its connection is sent only while the lease is held", async () => {
    const broker = await openBroker(kind);
    const connection = await broker.connect();
    const { stream, subject } = await makeStream(connection, "limits", { storage: "file" });
    const down = next(connection, "disconnected");
    await broker.cut();
    await down;
    const lease = { held: true };
    const other = { held: true };
    const publish = (rest: string, right: { held: boolean }) =>
      connection.publishConfirmed(subject(rest), bytes(""), {
        messageId: rest,
        timeoutMs: 20_000,
        lease: right,
      });
    const dropped = publish("a", lease);
    const sent = publish("b", other);
    lease.held = false;
    await broker.restore();
    await expect(dropped).rejects.toMatchObject({ code: "timeout" });
    expect(await sent).toMatchObject({ stream, sequence: 1 });
    expect(await connection.streamInfo(stream)).toMatchObject({ messages: 1 });
    await connection.deleteStream(stream);
    await connection.close();
    await broker.close();
  });
});

it("a publish whose acknowledgement was lost is sent again only while its lease is held", async () => {
  await using server = await startNatsServer();
  await using proxy = await startTcpProxy(server.port);
  const connection = await connectBroker({ servers: [`nats://127.0.0.1:${proxy.port}`] });
  const { stream, subject } = await makeStream(connection, "limits");
  proxy.freeze();
  const lease = { held: true };
  const options = { messageId: "1", timeoutMs: 20_000, lease };
  const publish = connection.publishConfirmed(subject("a"), bytes(""), options);
  lease.held = false;
  const up = next(connection, "reconnected");
  proxy.cut();
  await expect(publish).rejects.toMatchObject({ code: "timeout" });
  await up;
  expect(await connection.streamInfo(stream)).toMatchObject({ messages: 0 });
  await connection.close();
});
