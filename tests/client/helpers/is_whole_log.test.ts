import { expect, it } from "vitest";
import { isWholeLog } from "../../../src/client/mod.ts";
import {
  endOfLogMessage,
  type EndOutcome,
  OWN_ENTRY,
} from "../../../src/protocol/logs/end_of_log.ts";

const entry = (message: string, driver = "build") => ({
  runId: "r1",
  driver,
  pipeline: "ship",
  timestamp: "2026-01-01T00:00:00.000000000Z",
  message,
});
const end = (entries: number, outcome: EndOutcome = "succeeded", driver = "build") =>
  entry(OWN_ENTRY + endOfLogMessage({ outcome, message: "done", durationMs: 5, entries }), driver);

it("a log is whole when it has its last entry and as many as that says", () => {
  expect(isWholeLog([entry("one"), end(2)])).toBe(true);
  expect(isWholeLog([end(1, "failed")])).toBe(true);
  expect(isWholeLog([entry("one"), end(3)])).toBe(false);
  expect(isWholeLog([entry("one")])).toBe(false);
  expect(isWholeLog([])).toBe(false);
});

it("a step that was tried again has an end for each delivery", () => {
  const retried = [entry("one"), end(2, "retried")];
  expect(isWholeLog(retried)).toBe(false);
  expect(isWholeLog([...retried, entry("two"), end(2)])).toBe(true);
  expect(isWholeLog([retried[1]!, entry("two"), end(2)])).toBe(false);
});

it("each step is looked at, also the second one of a driver", () => {
  const build = [entry("one"), end(2)];
  expect(isWholeLog(build, ["build", "deploy"])).toBe(false);
  expect(isWholeLog([...build, end(1, "succeeded", "deploy")], ["build", "deploy"])).toBe(true);
  expect(isWholeLog(build, ["build", "build"])).toBe(false);
  expect(isWholeLog([...build, ...build], ["build", "build"])).toBe(true);
});

it("what a driver itself writes is no end", () => {
  expect(isWholeLog([entry("succeeded in 3 s (1 log entry)")])).toBe(false);
});
