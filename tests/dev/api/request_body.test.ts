import { expect, test } from "vitest";
import { errorOf, startedServer } from "../support.ts";

const LIMIT = 4 * 1024 * 1024;
const headers = { "content-type": "application/json" };

test("a body over 4 MiB is refused while it is read", async () => {
  const { server } = await startedServer();
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024 * 1024;
      controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      if (sent >= 200 * 1024 * 1024) controller.close();
    },
    cancel: () => void (cancelled = true),
  });
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  const response = await server.fetch("http://localhost/resources/", init);
  expect(response.status).toBe(413);
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(8 * 1024 * 1024);
});

test("a body that says it is over 4 MiB is not read, over HTTP too", async () => {
  const { server } = await startedServer();
  const { url } = await server.listen();
  const text = (size: number) => JSON.stringify({ name: "x".repeat(size - 11) });
  const post = (body: string) => fetch(`${url}/resources/`, { method: "POST", headers, body });
  expect((await post(text(LIMIT))).status).toBe(400);
  expect((await post(text(LIMIT + 1))).status).toBe(413);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test.each([
  ["an array that is nested deep", "[".repeat(100_000)],
  ["an object that is nested deep", `{"spec":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`],
  ["half a text", '{"spec":"' + '\\"'.repeat(1000)],
  ["a number", "7"],
  ["bytes that are no UTF-8", "\ud800"],
])("%s is a 400", async (_, text) => {
  const { server, call } = await startedServer();
  await call("POST", "/resource-definitions/", { name: "workflow", schema: {} });
  const body = text === "\ud800" ? new Uint8Array([0x22, 0xff, 0x22]) : text;
  const init = { method: "POST", headers, body } as RequestInit;
  const response = await server.fetch("http://localhost/resources/", init);
  expect([response.status, errorOf({ status: 400, body: await response.json() } as never)]).toEqual(
    [
      400,
      expect.stringContaining("Invalid request payload"),
    ],
  );
});

test("brackets in a text do not count", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", { name: "workflow", schema: {} });
  const spec = { text: `[{"\\${"[{".repeat(5000)}` };
  const created = await call("POST", "/resources/", { name: "b", resource: "workflow", spec });
  expect(created.status).toBe(201);
});
