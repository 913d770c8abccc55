import { expect, test } from "vitest";
import { Differences } from "./differences.ts";

test("differences of a live server are reported in a table and fail no test", () => {
  const differences = new Differences(true);
  differences.compare("status for an absent thing", 500, 404);
  differences.compare("status for a taken name", 500, 500);
  differences.compare("metadata", { version: "1" }, { version: "1", step: "2" });
  expect(differences.report()).toBe([
    "3 oddities compared with the protocol page, 2 differ",
    "  what                        the page says    the server did",
    "  status for an absent thing  500              404",
    `  metadata                    {"version":"1"}  {"version":"1","step":"2"}`,
  ].join("\n"));
});

test("a difference of the embedded server fails the test", () => {
  const differences = new Differences(false);
  differences.compare("status", 500, 500);
  expect(() => differences.compare("status", 500, 404)).toThrow(/status/);
  expect(differences.report()).toBe("2 oddities compared with the protocol page, 0 differ");
});
