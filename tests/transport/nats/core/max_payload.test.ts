import { describe, expect, test } from "vitest";
import { PayloadTooLargeError } from "../../../../src/transport/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection, ConnectionStatus } from "../../../../src/transport/transport.ts";
import { startNatsServer } from "../../../support/nats_server.ts";
import { bytes, Inbox, listen, makeStream, text, unique } from "../../support/world.ts";

function statuses(connection: Connection): Inbox<ConnectionStatus> {
  const seen = new Inbox<ConnectionStatus>();
  connection.onStatus((status) => seen.put(status));
  return seen;
}

describe("the largest message", () => {
  test("follows the server after a reconnect, also for messages that waited for it", async () => {
    await using server = await startNatsServer();
    await using connection = await connectBroker({ servers: [server.url] });
    const seen = statuses(connection);
    const { stream, subject } = await makeStream(connection, "limits", { storage: "file" });
    const core = unique("core");
    const { inbox } = await listen(connection, core);
    const before = connection.maxPayload;
    await server.kill("SIGKILL");
    while ((await seen.next()).type !== "disconnected");
    const large = new Uint8Array(5000);
    connection.publish(core, large);
    connection.publish(core, bytes("small"));
    const tooLarge = connection.publishConfirmed(subject("a"), large, { messageId: "1" });
    const refused = expect(tooLarge).rejects.toThrow(PayloadTooLargeError);
    const stored = connection.publishConfirmed(subject("a"), bytes("small"), { messageId: "2" });
    await server.restart("max_payload: 4096");
    await refused;
    await expect(tooLarge).rejects.toMatchObject({ size: expect.any(Number), maxPayload: 4096 });
    expect((await stored).stream).toBe(stream);
    expect(text((await inbox.next()).data)).toBe("small");
    const errors = seen.all.filter((status) => status.type === "error");
    expect(errors.at(-1)).toMatchObject({ error: { name: "PayloadTooLargeError", size: 5000 } });
    expect([before, connection.maxPayload]).toEqual([1024 * 1024, 4096]);
    expect(() => connection.publish(core, large)).toThrow(PayloadTooLargeError);
  });

  test("grows with the server after a reconnect", async () => {
    await using server = await startNatsServer({ config: "max_payload: 4096" });
    await using connection = await connectBroker({ servers: [server.url] });
    const seen = statuses(connection);
    const core = unique("core");
    const { inbox } = await listen(connection, core);
    await server.restart("max_payload: 8192");
    while ((await seen.next()).type !== "reconnected");
    connection.publish(core, new Uint8Array(8192));
    expect((await inbox.next()).data.length).toBe(8192);
    expect(connection.maxPayload).toBe(8192);
  });

  test("follows a server whose configuration is reloaded, once it has refused a message", async () => {
    await using server = await startNatsServer({ config: "max_payload: 8192" });
    await using connection = await connectBroker({ servers: [server.url] });
    const { subject } = await makeStream(connection, "limits");
    await server.reload("max_payload: 4096"); // It does not tell its clients.
    const refused = connection.publishConfirmed(subject("a"), new Uint8Array(5000), {
      messageId: "1",
    });
    await expect(refused).rejects.toThrow(PayloadTooLargeError);
    expect(connection.maxPayload).toBe(4096);
  });
});
