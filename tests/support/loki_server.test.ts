import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startLokiServer } from "./loki_server.ts";

describe("the Loki of the tests refuses what Loki refuses:", () => {
  const now = () => String(BigInt(Date.now()) * 1_000_000n);
  const cases: [string, object | string, RegExp][] = [
    [
      "a label name with a dash",
      { stream: { "a-b": "1" }, values: [[now(), "x"]] },
      /couldn't parse labels/,
    ],
    ["a stream without labels", { stream: {}, values: [[now(), "x"]] }, /at least one label pair/],
    [
      "a timestamp that is a number",
      { stream: { a: "1" }, values: [[1, "x"]] },
      /entry 0: the timestamp/,
    ],
    [
      "a line from last month",
      { stream: { a: "1" }, values: [["1600000000000000000", "x"]] },
      /timestamp too old/,
    ],
    ["a line from tomorrow", {
      stream: { a: "1" },
      values: [[String((BigInt(Date.now()) + 86_400_000n) * 1_000_000n), "x"]],
    }, /too new/],
    [
      "a line that is too long",
      { stream: { a: "1" }, values: [[now(), "x".repeat(300_000)]] },
      /Max entry size/,
    ],
    [
      "a label value that is too long",
      { stream: { a: "x".repeat(3000) }, values: [[now(), "x"]] },
      /value too long/,
    ],
    ["metadata that is not text", {
      stream: { a: "1" },
      values: [[now(), "x"], [now(), "x", { n: 1 }]],
    }, /entry 1: the value of n is not text/],
    ["a line far behind its stream", {
      stream: { a: "1" },
      values: [[now(), "x"], [String(BigInt(now()) - 7_200_000_000_000n), "y"]],
    }, /entry 1: .*too far behind/],
    ["a body that is not JSON", "{", /PushRequest/],
  ];
  for (const [what, stream, reason] of cases) {
    it(what, async () => {
      await using server = await startLokiServer();
      const body = typeof stream === "string" ? stream : JSON.stringify({ streams: [stream] });
      const response = await fetch(`${server.url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(reason);
    });
  }

  it("an unknown encoding, and a push without a tenant", async () => {
    const post = (url: string, headers: Record<string, string>) =>
      fetch(`${url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: gzipSync("{}"),
      });
    await using server = await startLokiServer();
    expect((await post(server.url, { "content-encoding": "br" })).status).toBe(400);
    await using tenants = await startLokiServer({ multiTenant: true });
    expect((await post(tenants.url, {})).status).toBe(401);
  });
});
