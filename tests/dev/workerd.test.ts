import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { caller } from "../support/api_call.ts";
import { openEvents } from "../support/event_reader.ts";
import { startWorkerd } from "../support/workerd.ts";
import { BUILD, WORKFLOW } from "./support.ts";

test("the handler serves the REST API in workerd, with a broker in memory", async () => {
  const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));
  await using workerd = await startWorkerd(entry);
  const call = caller(fetch, workerd.url);
  expect((await call("GET", "/health")).status).toBe(200);
  expect((await call("POST", "/resource-definitions/", WORKFLOW)).status).toBe(201);
  expect((await call("POST", "/resources/", BUILD)).status).toBe(201);
  expect((await call("POST", "/resources/", { ...BUILD, name: "b", spec: {} })).status).toBe(400);
  expect((await call("GET", "/resources/workflow/build")).body).toMatchObject(BUILD);
  const stored = { runid: "r", driver: "d", pipeline: "", timestamp: "1", message: "stored" };
  await call("POST", "/logs", stored);
  const stream = await openEvents(`${workerd.url}/logs/pipeline/r`);
  expect(await stream.take(1)).toEqual([stored]);
});
