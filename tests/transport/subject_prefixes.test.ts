import { describe, expect, test } from "vitest";
import { connectBroker } from "../../src/transport/connect.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { webSocketTransport } from "../support/web_socket.ts";
import { bytes, consumer, makeStream, startPull, text } from "./support/world.ts";

describe("an inbox prefix", () => {
  test("is that of all responses, where the permissions name it", async () => {
    const server = await startNatsServer({
      websocket: true,
      config: `authorization { users: [{
        user: deploy, password: x,
        permissions: { publish: ">", subscribe: "_INBOX_deploy.>" }
      }] }`,
    });
    const options = { auth: { user: "deploy", password: "x" }, inboxPrefix: "_INBOX_deploy" };
    const connecting = [
      connectBroker({ ...options, servers: [server.url] }),
      connectBroker({ ...options, servers: [server.wsUrl] }, webSocketTransport()),
    ];
    for (const each of connecting) {
      await using connection = await each;
      const { stream, subject } = await makeStream(connection, "workqueue");
      const config = consumer([subject("a")]);
      await connection.ensureConsumer(stream, config);
      await connection.publishConfirmed(subject("a"), bytes("one"));
      const { inbox, pull } = await startPull(connection, stream, config.durable, 1);
      const delivery = await inbox.next();
      expect(text(delivery.data)).toBe("one");
      expect(await delivery.ackConfirmed()).toBe(true);
      await pull.stop();
    }
    await server.stop();
  });

  test.each(["", "a b", "a.*", ">", ".a", "a.", "a..b"])("%j is refused", async (inboxPrefix) => {
    const connecting = connectBroker({ servers: ["nats://127.0.0.1:1"], inboxPrefix });
    await expect(connecting).rejects.toMatchObject({ code: "config", field: "inboxPrefix" });
  });
});
