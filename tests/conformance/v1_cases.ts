import { createClient, createDriver, createDriverManager } from "@conveyor/driver";
import { streamLogsV1 } from "@conveyor/driver/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import { STREAMS } from "../../src/protocol/subjects.ts";
import { wireDriver } from "../support/wire_driver.ts";
import { createType } from "./definition_cases.ts";
import { type Target, textOf } from "./target.ts";
import { startV1Logs } from "./v1_logs.ts";

const webSocket = (globalThis.WebSocket ?? WsWebSocket) as unknown as typeof WebSocket;

/** Defines the tests of what only v1 has: its one stream, its paths, and logs in Loki. */
export function v1Cases(target: Target): void {
  const { call, url, broker, connection, unique, later, resourcePath } = target;

  /** Creates a resource, which is deleted at the end. */
  async function create(name: string, type: string) {
    const resource = { name, resource: type, spec: { image: "alpine" } };
    later(() => call("DELETE", resourcePath(type, name)));
    const response = await call("POST", "/resources/", resource);
    expect(response.status, textOf(response)).toBe(201);
    return { resource, runId: (response.body as { runid: string }).runid };
  }

  async function bind(name: string, type: string) {
    later(() => connection.deleteConsumer("messages", name));
    return await wireDriver(connection, name, [type], "v1");
  }

  test("the one stream is a work queue, without the subjects of steps", async () => {
    const [messages, results, logs] = await Promise.all(
      Object.values(STREAMS).map((name) => connection.streamInfo(name)),
    );
    expect(messages?.retention).toBe("workqueue");
    expect([...messages?.subjects ?? []].sort()).toEqual(["events.>", "resources.>"]);
    expect([results, logs]).toEqual([undefined, undefined]);
  });

  test("a path has the name before the type, and no versions", async () => {
    const type = await createType(target, "ordered");
    const name = unique("in-order");
    const { resource } = await create(name, type);
    const path = `/resources/${name}/${type}`;
    const stored = { ...resource, id: expect.stringMatching(/.+/) };
    expect(await call("GET", path)).toMatchObject({ status: 200, body: stored });
    expect(textOf(await call("GET", `/resources/${type}/${name}`))).toContain("not found");
    expect((await call("GET", `${path}/1`)).status).toBe(404);
    const changed = { ...resource, spec: { image: "debian" } };
    expect(await call("PUT", path, changed)).toMatchObject({ status: 200, body: changed });
    expect((await call("GET", path)).body).toEqual({ ...changed, id: stored.id });
    expect(await call("DELETE", path)).toMatchObject({ status: 204, body: "" });
    expect((await call("GET", path)).status).toBeGreaterThanOrEqual(400);
  });

  test("pipelines and stored logs are not routed", async () => {
    for (const path of ["/pipelines/", "/logs"]) {
      expect((await call("POST", path, {})).status).toBe(404);
    }
    for (const path of ["/logs", "/logs/pipeline/r1", "/logs/streams/d1/r1", "/capabilities"]) {
      expect((await call("GET", path)).status).toBe(404);
    }
  });

  test("an event waits for the driver of its type, and has no pipeline and no metadata", async () => {
    const type = await createType(target, "queued");
    const { resource, runId } = await create(unique("queued-run"), type);
    const event = await (await bind(unique("late"), type)).next();
    event.delivery.ack();
    expect(event).toMatchObject({ subject: `resources.${type}`, event: "create", runId });
    expect(event.rawResource).toEqual({ ...resource, id: expect.stringMatching(/.+/) });
  });

  test("a second driver of a type is refused", async () => {
    const type = await createType(target, "owned");
    await bind(unique("owner"), type);
    await expect(bind(unique("rival"), type)).rejects.toMatchObject({ code: "consumer-conflict" });
  });

  test("a driver's lines go to Loki and out live, its log is read over a WebSocket, and it reports no result", async () => {
    const type = await createType(target, "logging");
    const name = unique("logs");
    later(() => connection.deleteConsumer("messages", name));
    await using logs = await startV1Logs(connection);
    vi.stubEnv("LOKI_ENDPOINT", logs.lokiUrl);
    onTestFinished(() => void vi.unstubAllEnvs());
    const results: string[] = [];
    const watch = connection.subscribe("pipelines.>", ({ subject }) => results.push(subject));
    let goOn = () => {};
    const read = new Promise<void>((resolve) => goOn = resolve);
    const driver = createDriver({
      name,
      resources: [type],
      async reconcile({ logger }) {
        logger.info("stored or live");
        await read;
        logger.info("live");
        return { success: true, message: "done" };
      },
    });
    await using manager = createDriverManager({
      driver,
      ...broker,
      client: createClient({ url, protocol: "v1", credentials: false }),
      credentials: false,
      handleSignals: false,
      console: false,
      runLog: "off",
    });
    const running = manager.run();
    await manager.ready;
    const { runId } = await create(unique("logging-run"), type);
    const reader = createClient({ url: logs.url, protocol: "v1", credentials: false });
    const lines = new Set<string>(); // A line between the replay and the live part comes twice.
    for await (const { message } of streamLogsV1(reader, { runId, driver: name, webSocket })) {
      lines.add(message);
      goOn();
      if (message === "live") break;
    }
    expect([...lines]).toEqual(["stored or live", "live"]);
    await manager.stop();
    await running;
    expect(logs.stored({ driver: name, run_id: runId })).toEqual([...lines]);
    await connection.flush();
    watch.unsubscribe();
    expect(results).toEqual([]);
  });
}
