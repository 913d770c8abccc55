import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultSinks, type DefaultSinksOptions } from "../../../src/logger/sinks/default_sinks.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";

afterEach(() => vi.unstubAllEnvs());

async function names(options: Omit<DefaultSinksOptions, "connection">): Promise<unknown[]> {
  const connection = await createMemoryTransport().connect({ servers: ["memory:"] });
  const sinks = defaultSinks({ connection, ...options });
  await connection.close();
  return sinks.map(({ sinkName }) => sinkName);
}

describe("the default sinks", () => {
  it("follow the server's protocol version", async () => {
    expect(await names({ protocol: "v2" })).toEqual(["conveyor", "console"]);
    expect(await names({ protocol: "v1" })).toEqual(["loki", "console"]);
  });

  it("follow LOKI_ENDPOINT", async () => {
    vi.stubEnv("LOKI_ENDPOINT", "http://loki:3100");
    expect(await names({ protocol: "v2" })).toEqual(["conveyor", "loki", "console"]);
    vi.stubEnv("LOKI_ENDPOINT", "loki");
    await expect(names({ protocol: "v2" })).rejects.toThrow("LOKI_ENDPOINT");
  });

  it("follow the options", async () => {
    expect(await names({ protocol: "v2", lokiEndpoint: "https://loki", console: false }))
      .toEqual(["conveyor", "loki"]);
    expect(await names({ protocol: "v2", console: { level: "error" } })).toEqual([
      "conveyor",
      "console",
    ]);
  });
});
