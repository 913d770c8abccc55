import { describe, expect, it } from "vitest";
import { detectRuntime, host } from "../../src/runtime/detect.ts";
import type { RuntimeGlobals } from "../../src/runtime/globals.ts";

const bare: RuntimeGlobals = { console };
const node = { versions: { node: "20.0.0" } };

describe("a runtime is detected from its globals", () => {
  it.each<[string, RuntimeGlobals]>([
    ["node", { ...bare, process: node }],
    ["bun", { ...bare, process: node, Bun: { version: "1.0.0" } }],
    ["workerd", { ...bare, process: node, navigator: { userAgent: "Cloudflare-Workers" } }],
    ["browser", { ...bare, document: {} }],
    ["unknown", bare],
  ])("%s", (name, scope) => {
    expect(detectRuntime(scope)).toBe(name);
  });

  it("deno, although it has Node's process", () => {
    const deno = {
      version: { deno: "2.0.0" },
      env: { get: () => undefined },
      permissions: { querySync: () => ({ state: "granted" }) },
      stdout: { write: () => Promise.resolve(0), writeSync: () => 0 },
    };
    expect(detectRuntime({ ...bare, process: node, Deno: deno })).toBe("deno");
  });

  it("the one these tests run on", () => {
    const versions = process.versions as Record<string, string | undefined>;
    const expected = versions["deno"] ? "deno" : versions["bun"] ? "bun" : "node";
    expect(host().name).toBe(expected);
    expect(host()).toBe(host());
  });
});
