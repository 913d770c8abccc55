import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../support/program.ts";
import { startWorkerd } from "../support/workerd.ts";

interface WorkerResponse {
  result: string;
  messages: string[];
  times: string[];
  pushes: { streams: { stream: Record<string, string>; values: [string, string, object][] }[] }[];
  stats: { sink: string; stored: number; failed: number; dropped: number }[];
}

it("the logger runs in workerd", async () => {
  await using worker = await startWorkerd(join(ROOT, "tests/logger/edge_worker.ts"));
  const response = await fetch(worker.url);
  expect(response.status).toBe(200);
  const { result, messages, times, pushes, stats } = await response.json() as WorkerResponse;
  expect(result).toBe("done");
  expect(messages).toEqual([
    "the password is ***",
    "from a stream",
    "last",
    expect.stringContaining("this runtime has no AsyncLocalStorage"),
  ]);
  expect([...times].sort()).toEqual(times);
  expect(new Set(times).size).toBe(4);
  expect(
    pushes.flatMap(({ streams }) =>
      streams.flatMap(({ values }) => values.map(([, line]) => line))
    ),
  )
    .toEqual(messages);
  expect(pushes[0]?.streams[0]?.stream).toEqual({ driver: "edge" });
  expect(stats.map(({ sink, stored, failed, dropped }) => [sink, stored, failed, dropped]))
    .toEqual([["memory", 4, 0, 0], ["loki", 4, 0, 0], ["console", 4, 0, 0]]);
});
