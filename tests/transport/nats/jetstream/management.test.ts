import { JetStreamApiCodes } from "@nats-io/jetstream";
import { describe, expect, test } from "vitest";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { API_ERROR } from "../../../../src/transport/nats/jetstream/api_errors.ts";
import { startNatsServer, testedReleases } from "../../../support/nats_server.ts";
import { startScriptedNats } from "../../../support/scripted_nats.ts";
import { consumer, makeStream, unique } from "../../support/world.ts";

const CONFIG = {
  name: "messages",
  subjects: ["resources.>"],
  retention: "interest",
  storage: "memory",
} as const;

test("the codes of JetStream's errors are those of the client library", () => {
  expect(API_ERROR).toMatchObject(JetStreamApiCodes);
});

describe.concurrent("an error of the JetStream API", () => {
  test("is a connection error where JetStream is not enabled", async () => {
    await using server = await startNatsServer({ jetstream: false });
    await using connection = await connectBroker({ servers: [server.url] });
    await expect(connection.streamInfo("messages")).rejects.toMatchObject({
      code: "connection",
      message: expect.stringMatching(
        /^cannot look up stream messages: .*(no responders|enable JetStream)/,
      ),
    });
  });

  test("is a connection error when it may be gone later, with the server's own as its cause", async () => {
    const transient = [10005, 10008, 10009, 10039, 10076, 10118, 10119];
    const codes = [...transient];
    await using server = await startScriptedNats(({ reply, answer }) => {
      const error = { code: 503, err_code: codes.shift(), description: "for now" };
      if (reply) answer(reply, "", JSON.stringify({ error }));
    });
    await using connection = await connectBroker({ servers: [server.url] });
    for (const errorCode of transient) {
      await expect(connection.consumerInfo("messages", "deploy")).rejects.toMatchObject({
        code: "connection",
        message:
          `cannot look up consumer deploy of stream messages: the server responds "for now" (error ${errorCode}); ` +
          "enable JetStream, or wait until it and its cluster are up",
        cause: { code: "broker", errorCode },
      });
    }
  });

  test("is a broker error when it lasts, with JetStream's code", async () => {
    await using server = await startScriptedNats(({ reply, answer }) => {
      const error = { code: 500, err_code: 10024, description: "it failed" };
      if (reply) answer(reply, "", JSON.stringify({ error }));
    });
    await using connection = await connectBroker({ servers: [server.url] });
    await expect(connection.deleteStream("messages")).rejects.toMatchObject({
      code: "broker",
      errorCode: 10024,
      message: 'cannot delete stream messages: the server responds "it failed" (error 10024)',
    });
    await expect(connection.ensureStream(CONFIG)).rejects.toMatchObject({ code: "config" });
  });

  test("is a time-out when there is no response", async () => {
    await using server = await startScriptedNats(() => {});
    await using connection = await connectBroker({ servers: [server.url] });
    await expect(connection.keyValue("locks", { ttlMs: 1000 })).rejects.toMatchObject({
      code: "timeout",
      timeoutMs: 5000,
      message: expect.stringContaining("cannot open the key-value bucket locks: no response"),
    });
  });

  test.each(["", "{}", "null", `{"message":{"seq":1,"data":"*"}}`])(
    "is a connection error when the response is %j",
    async (response) => {
      await using server = await startScriptedNats(({ subject, reply, answer }) => {
        const opening = subject.includes(".INFO.");
        if (reply) answer(reply, "", opening ? `{"config":{},"state":{}}` : response);
      });
      await using connection = await connectBroker({ servers: [server.url] });
      const bucket = await connection.keyValue("locks", { ttlMs: 1000 });
      await expect(bucket.get("key")).rejects.toMatchObject({
        code: "connection",
        message: "cannot read $KV.locks.key: the server's response is not JSON",
      });
    },
  );

  test("is a configuration error when a name cannot be one", async () => {
    await using server = await startScriptedNats(() => {});
    await using connection = await connectBroker({ servers: [server.url] });
    await expect(connection.streamInfo("a.b")).rejects.toMatchObject({
      code: "config",
      message: "cannot look up stream a.b: stream name ('a.b') cannot contain '.'",
    });
  });
});

describe.each(
  testedReleases().map((release) => ({ release, name: release ?? "that is found" })),
)("on the nats-server $name", ({ release }) => {
  test("instances that create a consumer at the same time, with other options, all succeed", async () => {
    await using server = await startNatsServer({ release });
    const connections = await Promise.all(
      Array.from({ length: 4 }, () => connectBroker({ servers: [server.url] })),
    );
    const { stream, subject } = await makeStream(connections[0]!, "limits");
    for (let round = 0; round < 10; round++) {
      const { durable } = consumer([]);
      const ensured = await Promise.all(
        connections.map((connection, index) =>
          connection.ensureConsumer(
            stream,
            consumer([subject(`a${index}`), subject("b")], { durable, maxAckPending: index + 1 }),
          )
        ),
      );
      expect(ensured.map(({ maxAckPending }) => maxAckPending)).toEqual([1, 2, 3, 4]);
    }
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test("a consumer may go from one filter subject to several, and back", async () => {
    await using server = await startNatsServer({ release });
    await using connection = await connectBroker({ servers: [server.url] });
    const { stream, subject } = await makeStream(connection, "limits");
    const durable = unique("durable");
    for (const names of [["a"], ["b"], ["a", "b"], ["b", "c", "d"], ["c"], ["c", "d"]]) {
      const config = consumer(names.map((name) => subject(name)), { durable });
      await connection.ensureConsumer(stream, config);
      expect(await connection.consumerInfo(stream, durable)).toMatchObject(config);
    }
  });
});
