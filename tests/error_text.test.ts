import { runInNewContext } from "node:vm";
import { createLogger } from "@conveyor/driver";
import { memorySink } from "@conveyor/driver/logging";
import { expect, it } from "vitest";
import { fullMessageOf } from "../src/error_text.ts";
import { readSourceFiles } from "../scripts/lib/source_graph.mjs";

const refused = Object.assign(new Error("connect ECONNREFUSED"), {
  code: "ECONNREFUSED",
  address: "10.0.0.1",
  port: 5432,
});

it.each([
  ["its message", new Error("disk full"), "disk full"],
  ["fields that the message lacks", refused, "connect ECONNREFUSED (address 10.0.0.1, port 5432)"],
  [
    "its causes",
    new Error("no answer", { cause: new Error("cable") }),
    "no answer; caused by: cable",
  ],
  [
    "no cause that its message has",
    new Error("no answer: cable", { cause: new Error("cable") }),
    "no answer: cable",
  ],
  [
    "its members",
    new AggregateError([new Error("a"), new Error("b")], "all failed"),
    "all failed: a; b",
  ],
  [
    "the members of one without a message",
    new AggregateError([refused]),
    "AggregateError: connect ECONNREFUSED (address 10.0.0.1, port 5432)",
  ],
  ["a status", Object.assign(new Error("refused"), { status: 503 }), "refused (status 503)"],
  [
    "an error of another realm",
    runInNewContext('new TypeError("far", { cause: new Error("away") })'),
    "far; caused by: away",
  ],
])("the text of an error has %s", (_, error, text) => {
  expect(fullMessageOf(error)).toBe(text);
});

it("an error that is its own cause, or has hostile getters, has a text", () => {
  const circle: Error = new Error("round");
  circle.cause = new Error("and", { cause: circle });
  expect(fullMessageOf(circle)).toContain("round; caused by: and");
  const hostile = Object.defineProperty(new Error("hostile"), "cause", {
    get: () => {
      throw new Error("no");
    },
  });
  expect(fullMessageOf(hostile)).toBe("hostile");
});

it("a line has what is inside an error, of whatever realm", async () => {
  const sink = memorySink();
  const logger = createLogger({ driver: "d", runId: "r", sinks: [sink] });
  logger.error("cannot fetch", new AggregateError([new Error("mirror-a is down"), refused]));
  logger.error("cannot deploy", runInNewContext('new TypeError("connection refused")'));
  logger.error("labels", { cause: runInNewContext('new Error("in a label")') });
  await logger.flush();
  const [members, realm, label] = sink.records;
  expect(members?.message).toMatch(/mirror-a is down[^]*ECONNREFUSED[^]*address 10\.0\.0\.1/);
  expect(realm?.message).toContain("cannot deploy\nTypeError: connection refused");
  expect(label?.labels["cause"]).toContain("in a label");
});

it("the package recognises nothing by its class", () => {
  const found = readSourceFiles().filter(({ path }: { path: string }) => path.startsWith("src/"))
    .filter(({ text }: { text: string }) => /^(?!\s*(\*|\/\/|\/\*)).*\binstanceof\b/m.test(text));
  expect(found.map(({ path }: { path: string }) => path)).toEqual([]);
});
