import { describe, expect, test } from "vitest";
import { ConfigError, ConnectionError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { startScriptedNats } from "../../../support/scripted_nats.ts";
import { bytes, Inbox, startPull, text } from "../../support/world.ts";

describe.concurrent("a server that does not behave", () => {
  test("loses its pulls when it stops answering them, although it is alive", async () => {
    let requests = 0;
    await using server = await startScriptedNats(({ subject, answer }) => {
      if (!subject.startsWith("$JS.API.CONSUMER.MSG.NEXT.")) return;
      if (requests++ === 0) {
        answer("a", "$JS.ACK.stream.durable.1.1.1.1795459822365450659.0", "one");
      }
    });
    const connection = await connectBroker({ servers: [server.url] });
    const { pull, inbox, notices, lost } = await startPull(connection, "stream", "durable", 1);
    expect(text((await inbox.next()).data)).toBe("one");
    pull.demand(1);
    const error = await lost;
    expect(error.reason).toBe("heartbeats-missed");
    expect(notices[0]).toContain("says nothing");
    expect(connection.connected).toBe(true);
    await connection.close();
  });

  test("is told of when its delivery cannot be read, and the pull goes on", async () => {
    const deliveries = ["$JS.ACK.nonsense", "$JS.ACK.stream.durable.1.7.1.1795459822365450659.0"];
    await using server = await startScriptedNats(({ subject, answer }) => {
      if (!subject.startsWith("$JS.API.CONSUMER.MSG.NEXT.")) return;
      for (const reply of deliveries.splice(0)) answer("a", reply, "");
    });
    const connection = await connectBroker({ servers: [server.url] });
    const { pull, inbox, notices } = await startPull(connection, "stream", "durable", 2);
    expect((await inbox.next()).sequence).toBe(7);
    expect(notices[0]).toContain("$JS.ACK.nonsense");
    await pull.stop();
    await connection.close();
  });

  test("confirms nothing by an answer that is no confirmation", async () => {
    const answers = ["+OK", "{}", `{"stream":"s"}`];
    await using server = await startScriptedNats(({ reply, answer }) => {
      if (reply) answer(reply, "", answers.shift() ?? "");
    });
    const connection = await connectBroker({ servers: [server.url] });
    for (let count = answers.length; count > 0; count--) {
      const publish = connection.publishConfirmed("a", bytes(""));
      await expect(publish).rejects.toThrow(ConnectionError);
      await expect(publish).rejects.toThrow("is no confirmation");
    }
    await expect(connection.streamInfo("s")).rejects.toThrow("is not JSON");
    await connection.close();
  });

  test("is no NATS server when it does not introduce itself as one", async () => {
    await using server = await startScriptedNats(() => {}, "HTTP/1.1 400 Bad Request\r\n\r\n");
    const failures = new Inbox<Error>();
    const ending = new AbortController();
    const connecting = connectBroker({
      servers: [server.url],
      signal: ending.signal,
      onAttemptFailed: ({ error }) => failures.put(error),
    });
    const refused = expect(connecting).rejects.toThrow("enough");
    expect((await failures.next()).message).toContain("no NATS server");
    ending.abort(new Error("enough"));
    await refused;
  });

  test("is too old for a driver of several subjects when it says so", async () => {
    const greeting = `INFO {"version":"2.9.10","headers":true,"max_payload":1024,"proto":1}\r\n`;
    await using server = await startScriptedNats(() => {}, greeting);
    const connection = await connectBroker({ servers: [server.url] });
    const ensure = connection.ensureConsumer("messages", {
      durable: "deploy",
      filterSubjects: ["resources.a", "drivers.deploy.resources.a"],
      ackWaitMs: 30_000,
      maxAckPending: 1,
    });
    await expect(ensure).rejects.toThrow(ConfigError);
    await expect(ensure).rejects.toThrow("nats-server 2.9.10");
    await connection.close();
  });
});
