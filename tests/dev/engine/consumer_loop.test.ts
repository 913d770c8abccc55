import { expect, onTestFinished, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { wireDriver } from "../../support/wire_driver.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

const STEPS = [{ id: "1", name: "one", driver: "one" }, { id: "2", name: "two", driver: "two" }];

test("the server continues after its NATS server was killed and restarted", async () => {
  await using nats = await startNatsServer();
  const { call, notices } = await startedServer({ servers: nats.url });
  await call("POST", "/resource-definitions/", WORKFLOW);
  await call("POST", "/pipelines/", { name: "ship", resource: "workflow", steps: STEPS });
  await nats.kill("SIGKILL");
  await expect.poll(() => notices).toContainEqual(expect.stringContaining("disconnected from"));
  await nats.restart();
  await expect.poll(() => notices, { timeout: 20_000 }).toContainEqual(
    expect.stringMatching(/^reconnected to /),
  );
  const connection = await connectBroker({ servers: [nats.url] });
  onTestFinished(() => connection.close());
  const [one, two] = await Promise.all(
    ["one", "two"].map((name) => wireDriver(connection, name, ["workflow"])),
  );
  expect((await call("POST", "/resources/", { ...BUILD, pipeline: "ship" })).status).toBe(201);
  await one!.report(await one!.next(), { success: true, message: "done" });
  expect((await two!.next()).subject).toBe("drivers.two.resources.workflow");
});
