import { describe, expect, test } from "vitest";
import { ConfigError, ConnectionError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { startScriptedNats } from "../../../support/scripted_nats.ts";
import { bytes, Inbox, startPull, text } from "../../support/world.ts";

describe.concurrent("a server that does not behave as nats-server", () => {
  test("loses its pulls when heartbeats are missed, although it responds to pings", async () => {
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
    expect(notices[0]).toContain("heartbeat missed");
    expect(connection.connected).toBe(true);
    await connection.close();
  });

  test("is reported when its ack subject cannot be parsed, and the pull continues", async () => {
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

  test("confirms nothing with a response that is not an acknowledgement", async () => {
    const responses = ["+OK", "{}", `{"stream":"s"}`];
    await using server = await startScriptedNats(({ reply, answer }) => {
      if (reply) answer(reply, "", responses.shift() ?? "");
    });
    const connection = await connectBroker({ servers: [server.url] });
    for (let count = responses.length; count > 0; count--) {
      const publish = connection.publishConfirmed("a", bytes(""));
      await expect(publish).rejects.toThrow(ConnectionError);
      await expect(publish).rejects.toThrow("is not an acknowledgement");
    }
    await expect(connection.streamInfo("s")).rejects.toThrow("is not JSON");
    await connection.close();
  });

  test("is rejected when it does not send an INFO line", async () => {
    await using server = await startScriptedNats(() => {}, "HTTP/1.1 400 Bad Request\r\n\r\n");
    const failures = new Inbox<Error>();
    const ending = new AbortController();
    const connecting = connectBroker({
      servers: [server.url],
      signal: ending.signal,
      onAttemptFailed: ({ error }) => failures.put(error),
    });
    const refused = expect(connecting).rejects.toThrow("enough");
    expect((await failures.next()).message).toContain(
      "the peer is not a NATS server: it responds with HTTP",
    );
    ending.abort(new Error("enough"));
    await refused;
  });

  test("is rejected for several filter subjects when its version does not support them", async () => {
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
