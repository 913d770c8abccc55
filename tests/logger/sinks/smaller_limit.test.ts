import { expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { conveyorSink } from "../../../src/logger/sinks/conveyor_sink.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { ensureLogStream, takeStored } from "../support/brokers.ts";

it("splits a line that the server after a reconnect does not accept in one message", async () => {
  await using server = await startNatsServer();
  await using connection = await connectBroker({ servers: [server.url] });
  await ensureLogStream(connection);
  const errors: Error[] = [];
  const log = createLogger({
    driver: "deploy",
    runId: "1",
    sinks: [conveyorSink({ connection })],
    onSinkError: (error) => errors.push(error),
  });
  const disconnected = new Promise<void>((resolve) =>
    connection.onStatus(({ type }) => type === "disconnected" && resolve())
  );
  await server.kill("SIGKILL");
  await disconnected;
  const long = "a long line ".repeat(1000);
  log.info(long);
  log.info("after");
  await server.restart("max_payload: 4096");
  await log.flush();
  expect(errors).toEqual([]);
  const messages = (await takeStored(connection))
    .map(({ entry }) => entry)
    .sort((a, b) => String(a["timestamp"]) < String(b["timestamp"]) ? -1 : 1)
    .map((entry) => String(entry["message"]));
  expect(messages.at(-1)).toBe("after");
  const parts = messages.slice(0, -1);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.map((part) => part.replace(/^\[part \d+\/\d+\] /, "")).join("")).toBe(long);
});
