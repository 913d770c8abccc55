import { expect, test } from "vitest";
import { STREAMS } from "../../src/protocol/subjects.ts";
import type { Target } from "./target.ts";

/** Defines the tests of the health, metrics and broadcast routes, and of the streams. */
export function serverCases({ call, fetch, url, connection, differences, since }: Target): void {
  test("health, metrics and the root respond", async () => {
    const health = await call("GET", "/health");
    expect(health.status).toBe(200);
    expect(health.body).toMatchObject({ status: expect.any(String), time: expect.anything() });
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.status).toBe(200);
    expect(metrics.headers.get("content-type")).toContain("text/plain");
    expect(await metrics.text()).toContain("# TYPE ");
    const root = await call("GET", "/");
    expect(root.status).toBe(200);
    expect(root.body).toEqual(expect.any(String));
  });

  test("a broadcast goes out on core NATS, with an id", async () => {
    const mark = crypto.randomUUID();
    const received = new Promise<Record<string, unknown>>((resolve) => {
      const subscription = connection.subscribe("application", ({ data }) => {
        const message = JSON.parse(new TextDecoder().decode(data));
        if (message.run_id !== mark) return;
        subscription.unsubscribe();
        resolve(message);
      });
    });
    await connection.flush();
    const response = await call("POST", "/drivers/broadcast-message", {
      event: "conformance",
      payload: "{}",
      run_id: mark,
    });
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ message: expect.any(String) });
    const message = await received;
    expect(message).toMatchObject({ event: "conformance", payload: "{}", id: expect.any(String) });
    differences.compare(
      "a message's id is 24 hex digits",
      true,
      /^[0-9a-f]{24}$/.test(String(message["id"])),
    );
  });

  if (!since("v2")) return;

  test("the streams that drivers use exist", async () => {
    const [messages, results, logs] = await Promise.all(
      Object.values(STREAMS).map((name) => connection.streamInfo(name)),
    );
    expect(messages?.subjects).toEqual(expect.arrayContaining(["resources.>", "drivers.>"]));
    expect(results?.subjects).toContain("pipelines.>");
    expect(logs?.subjects).toContain("logs.>");
    differences.compare(
      "subjects of messages",
      ["drivers.>", "events.>", "resources.>"],
      [
        ...messages?.subjects ?? [],
      ].sort(),
    );
    differences.compare("retention of messages", "interest", messages?.retention);
    differences.compare("retention of pipeline-engine", "workqueue", results?.retention);
    differences.compare("retention of logs-engine", "workqueue", logs?.retention);
  });
}
