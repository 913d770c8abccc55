import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasCode } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { PermissionError } from "../../../../src/transport/errors.ts";
import type { Connection } from "../../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { bytes, consumer, Inbox, startPull, text } from "../../support/world.ts";

/** A configuration with an unlimited user, and one that may do all but what is denied. */
function users(denied: { publish?: string; subscribe?: string } = {}): string {
  const { publish, subscribe } = denied;
  return `authorization { users: [
    { user: "admin", password: "a" },
    { user: "driver", password: "d", permissions: {
      publish: { allow: ">"${publish === undefined ? "" : `, deny: "${publish}"`} },
      subscribe: { allow: ">"${subscribe === undefined ? "" : `, deny: "${subscribe}"`} }
    } }
  ] }`;
}

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer({ config: users() });
  await using admin = await connect("admin");
  await admin.ensureStream({ name: "messages", subjects: ["resources.>"], retention: "limits" });
  await admin.ensureConsumer("messages", consumer(["resources.a"], { durable: "deploy" }));
  await admin.keyValue("locks", { ttlMs: 60_000 });
});
afterAll(() => server.stop());

function connect(user: "admin" | "driver"): Promise<Connection> {
  return connectBroker({ servers: [server.url], auth: { user, password: user[0]! } });
}

/** A connection of the limited user, and the errors that it reports. */
async function limited(
  denied: Parameters<typeof users>[0],
): Promise<{ connection: Connection; errors: Inbox<Error> }> {
  await server.reload(users(denied));
  const connection = await connect("driver");
  onTestFinished(() => connection.close());
  const errors = new Inbox<Error>();
  connection.onStatus((status) => status.type === "error" && errors.put(status.error));
  return { connection, errors };
}

describe("a permission that is missing", () => {
  const kv = (connection: Connection) => connection.keyValue("locks", { ttlMs: 60_000 });

  test.each<[string, string, (connection: Connection) => Promise<unknown>]>([
    [
      "$JS.API.STREAM.INFO.messages",
      "looking up stream messages",
      (connection) => connection.streamInfo("messages"),
    ],
    [
      "$JS.API.CONSUMER.INFO.messages.deploy",
      "looking up consumer deploy of stream messages",
      (connection) => connection.consumerInfo("messages", "deploy"),
    ],
    [
      "$JS.API.STREAM.CREATE.KV_other",
      "creating bucket other",
      (connection) => connection.keyValue("other", { ttlMs: 60_000 }),
    ],
    [
      "$JS.API.STREAM.MSG.GET.KV_locks",
      "reading bucket locks",
      async (connection) => (await kv(connection)).get("a"),
    ],
    [
      "$KV.locks.a",
      "writing to bucket locks",
      async (connection) => (await kv(connection)).put("a", bytes("b")),
    ],
    [
      "pipelines.driver.result",
      "storing results",
      (connection) => connection.publishConfirmed("pipelines.driver.result", bytes("{}")),
    ],
    [
      "logs.run-1",
      "storing logs",
      (connection) => connection.publishConfirmed("logs.run-1", bytes("{}")),
    ],
  ])("to publish on %s rejects what needs it", async (subject, purpose, attempt) => {
    const { connection, errors } = await limited({ publish: subject });
    const error = await attempt(connection).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ code: "permission", operation: "publish", subject });
    expect(String(error)).toContain(
      `the user may not publish to "${subject}", which ${purpose} needs`,
    );
    await connection.flush();
    expect(errors.all).toEqual([]); // The caller has the error; the connection does not report it again.
    await server.reload(users());
    await attempt(connection).catch((thrown) => expect(hasCode(thrown, "permission")).toBe(false));
  });

  test("to receive responses rejects every request, until it is given", async () => {
    const { connection } = await limited({ subscribe: "_INBOX.>" });
    await expect(connection.streamInfo("messages")).rejects.toMatchObject({
      code: "permission",
      operation: "subscribe",
      permit: "_INBOX.>",
    });
    await expect(connection.streamInfo("messages")).rejects.toThrow("receiving responses needs");
    await server.reload(users());
    await expect(connection.streamInfo("messages")).resolves.toMatchObject({ name: "messages" });
  });

  test.each([
    ["to pull messages", { publish: "$JS.API.CONSUMER.MSG.NEXT.messages.deploy" }, "pulling from"],
    ["to receive them", { subscribe: "_INBOX.>" }, "receiving responses"],
  ])("%s ends the pull", async (_, denied, purpose) => {
    const { connection } = await limited(denied);
    const { lost } = await startPull(connection, "messages", "deploy", 1);
    const error = await lost;
    expect(error).toMatchObject({ reason: "refused", cause: { code: "permission" } });
    expect(error.message).toContain(purpose);
  });

  test("to acknowledge is reported once, however many messages need it", async () => {
    const { connection, errors } = await limited({ publish: "$JS.ACK.messages.deploy.>" });
    const { inbox, pull } = await startPull(connection, "messages", "deploy", 3);
    for (const data of ["1", "2", "3"]) {
      await connection.publishConfirmed("resources.a", bytes(data));
    }
    const [first, second, third] = await inbox.take(3);
    first!.ack();
    second!.ack();
    expect(await third!.ackConfirmed()).toBe(false);
    await connection.flush();
    expect(errors.all).toHaveLength(1);
    expect(errors.all[0]).toMatchObject({
      code: "permission",
      permit: "$JS.ACK.messages.deploy.>",
    });
    await server.reload(users());
    expect(await third!.ackConfirmed()).toBe(true);
    await pull.stop();
  });

  test("to subscribe is reported once, and the subscription works when it is given", async () => {
    const { connection, errors } = await limited({ subscribe: "news.>" });
    const inbox = new Inbox<string>();
    connection.subscribe("news.a", ({ data }) => inbox.put(text(data)));
    expect(await errors.next()).toMatchObject({
      code: "permission",
      operation: "subscribe",
      subject: "news.a",
    });
    await server.reload(users());
    const received = inbox.next();
    const publishing = setInterval(() => connection.publish("news.a", bytes("one")), 20);
    expect(await received).toBe("one");
    clearInterval(publishing);
    expect(errors.all).toHaveLength(1);
  });
});
