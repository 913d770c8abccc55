import { expect, test } from "vitest";
import { errorOf, startedServer } from "../support.ts";

const entry = (fields: Record<string, string> = {}) => ({
  runid: "r1",
  driver: "build",
  pipeline: "ship",
  timestamp: "2026-01-01T00:00:00Z",
  message: "hello",
  ...fields,
});

test("a posted entry is a 201 and is read back", async () => {
  const { call } = await startedServer();
  expect((await call("POST", "/logs", entry())).status).toBe(201);
  const response = await call("GET", "/logs");
  expect(response).toMatchObject({ status: 200, body: [entry()] });
});

test("entries are filtered by pipeline, driver and run, in any combination", async () => {
  const { call } = await startedServer();
  const mine = entry();
  const others = [
    entry({ runid: "r2" }),
    entry({ driver: "deploy" }),
    entry({ pipeline: "other" }),
  ];
  for (const each of [mine, ...others]) await call("POST", "/logs", each);
  const read = async (query: string) => (await call("GET", `/logs${query}`)).body;
  expect(await read("?pipeline=ship&driver=build&runid=r1")).toEqual([mine]);
  expect(await read("?runid=r2")).toEqual([others[0]]);
  expect(await read("?driver=deploy&runid=r1")).toEqual([others[1]]);
  expect(await read("?pipeline=other")).toEqual([others[2]]);
  expect(await read("?pipeline=&driver=&runid=")).toHaveLength(4);
  expect(await read("?runid=nothing")).toEqual([]);
});

test("entries are sorted by pipeline, driver, run and timestamp, as text", async () => {
  const { call } = await startedServer();
  const ordered = [
    entry({ pipeline: "a", driver: "z" }),
    entry({ driver: "a", runid: "r9" }),
    entry({ timestamp: "10" }),
    entry({ timestamp: "9" }),
    entry({ runid: "r2", timestamp: "1" }),
  ];
  for (const index of [3, 0, 4, 2, 1]) await call("POST", "/logs", ordered[index]);
  expect((await call("GET", "/logs")).body).toEqual(ordered);
});

test("unknown fields of a posted entry are dropped", async () => {
  const { call } = await startedServer();
  await call("POST", "/logs", { ...entry(), labels: { a: "b" } });
  expect((await call("GET", "/logs")).body).toEqual([entry()]);
});

test("an invalid entry is refused with 400", async () => {
  const { call } = await startedServer();
  for (const body of ["{", "[]", "{}"]) {
    const response = await call("POST", "/logs", body);
    expect(response.status).toBe(400);
    expect(errorOf(response)).toContain("Invalid request payload");
  }
});
