import { createDriver, createDriverManager } from "@conveyor/driver";
import { expect, it } from "vitest";
import { encodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { IMPORTED_JETSTREAM } from "../../support/imported_jetstream.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { Collector } from "../support/collector.ts";
import { V2_STREAMS } from "../support/world.ts";

it("a driver in an account that imports JetStream processes events of the account that exports it", async () => {
  await using server = await startNatsServer({ config: IMPORTED_JETSTREAM });
  const servers = [server.url];
  await using connection = await connectBroker({
    servers,
    auth: { user: "server", password: "x" },
  });
  for (const stream of V2_STREAMS) await connection.ensureStream(stream);
  const reconciled = new Collector<string>();
  const driver = createDriver({
    name: "deploy",
    resources: ["workflow"],
    reconcile({ resource, logger }) {
      logger.info("deploying");
      reconciled.add(resource.name);
      return { success: true, message: "deployed" };
    },
  });
  const errors: Error[] = [];
  const manager = createDriverManager({
    driver,
    servers,
    auth: { user: "drivers", password: "x" },
    apiPrefix: "server.api",
    console: false,
    runLog: "off",
    handleSignals: false,
    onEvent: (event) => "error" in event && errors.push(event.error as Error),
  });
  const running = manager.run();
  await Promise.race([manager.ready, running]);
  const names = ["one", "two"];
  for (const [at, name] of names.entries()) {
    const payload = JSON.stringify({ id: name, name, resource: "workflow", spec: {} });
    const data = encodeDriverMessage({ event: "create", id: name, runId: name, payload });
    await connection.publishConfirmed("resources.workflow", data);
    expect(await reconciled.first(at + 1)).toEqual(names.slice(0, at + 1));
  }
  await manager.stop();
  expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 2 });
  expect((await connection.streamInfo("pipeline-engine"))?.messages).toBe(2);
  expect((await connection.streamInfo("logs-engine"))?.messages).toBe(2);
  expect((await connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  expect(errors).toEqual([]);
});
