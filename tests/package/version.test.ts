import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { VERSION } from "../../src/version.ts";

it.each(["package.json", "jsr.json", "deno.json"])("the version is that of %s", (path) => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  expect(JSON.parse(text).version).toBe(VERSION);
});
