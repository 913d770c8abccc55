import { describe, expect, test } from "vitest";
import { connectBroker } from "../../src/transport/connect.ts";
import { startLeafNode } from "../support/leaf_node.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { webSocketTransport } from "../support/web_socket.ts";
import { bytes, consumer, Inbox, makeStream, startPull, text, until } from "./support/world.ts";

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

describe("a JetStream domain", () => {
  test("is used from a leaf node that has JetStream of its own", async () => {
    const servers = await startLeafNode();
    const { leaf } = servers;
    await using here = await connectBroker({ servers: [leaf.url] });
    for (const options of [{ domain: "hub" }, { apiPrefix: "$JS.hub.API" }]) {
      await using connection = await connectBroker({ servers: [leaf.url], ...options });
      await until(() => connection.streamInfo("absent").then(() => true, () => false), Boolean);
      const { stream, subject } = await makeStream(connection, "workqueue");
      expect(await here.streamInfo(stream)).toBeUndefined();
      const config = consumer([subject("a")]);
      await connection.ensureConsumer(stream, config);
      // The leaf node learns a moment later that the subject is stored by the hub.
      const publish = () => connection.publishConfirmed(subject("a"), bytes("one"));
      await until(() => publish().then(() => true, () => false), Boolean);
      const { inbox, pull } = await startPull(connection, stream, config.durable, 1);
      expect(await (await inbox.next()).ackConfirmed()).toBe(true);
      await pull.stop();

      const bucket = stream.replace("stream", "bucket");
      const lasting = { ttlMs: 60_000 };
      const [far, near] = [
        await connection.keyValue(bucket, lasting),
        await here.keyValue(bucket, lasting),
      ];
      await far.put("key", bytes("of the hub"));
      expect(text((await far.get("key"))!.value)).toBe("of the hub");
      connection.publish(far.writeSubject("other"), bytes("of the hub"));
      await until(() => far.get("other"), (entry) => entry !== undefined);
      expect([await near.get("key"), await near.get("other")]).toEqual([undefined, undefined]);

      await near.put("key", bytes("of the leaf node"));
      const removals = new Inbox<string>();
      const unwatch = [
        near.onRemoved("key", () => removals.put("near")),
        far.onRemoved("key", () => removals.put("far")),
      ];
      await here.flush();
      await far.delete("key");
      expect(await removals.next()).toBe("far");
      await near.delete("key");
      expect(await removals.next()).toBe("near");
      for (const end of unwatch) end();
    }
    await here.close();
    await servers[Symbol.asyncDispose]();
  });

  test.each([
    ["domain", { domain: "a.>" }],
    ["domain", { domain: "hub", apiPrefix: "$JS.hub.API" }],
    ["apiPrefix", { apiPrefix: "$JS.*.API" }],
  ])("an invalid %s is refused: %j", async (field, options) => {
    const connecting = connectBroker({ servers: ["nats://127.0.0.1:1"], ...options });
    await expect(connecting).rejects.toMatchObject({ code: "config", field });
  });
});
