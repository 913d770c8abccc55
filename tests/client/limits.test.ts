import { describe, expect, it } from "vitest";
import { ConfigError, createClient, TimeoutError } from "@conveyor/driver";
import { rejection, serve } from "./support.ts";

/** A server that never answers, and resolves when it has been asked. */
async function silent() {
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => asked = resolve);
  const server = await serve({ write: () => asked() });
  return { ...server, wasAsked };
}

describe("a call ends", () => {
  it("when its time is up, and says what and after how long", async () => {
    const { url } = await silent();
    const error = await rejection(createClient({ url, timeoutMs: 50 }).health());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", code: "timeout", timeoutMs: 50 });
    expect(String(error)).toMatch(/cannot check the server's health: it was not done within 50 ms/);
  });

  it("when its own time is up, whatever the client's", async () => {
    const { url } = await silent();
    const client = createClient({ url, timeoutMs: Infinity });
    expect(await rejection(client.health({ timeoutMs: 20 }))).toMatchObject({ timeoutMs: 20 });
  });

  it("when its time is up although the body still comes", async () => {
    const server = await serve({ write: (response) => void response.write("{") });
    const client = createClient({ url: server.url, timeoutMs: 50 });
    expect(await rejection(client.health())).toBeInstanceOf(TimeoutError);
  });

  it("when its signal fires, with the signal's reason", async () => {
    const { url, wasAsked } = await silent();
    const controller = new AbortController();
    const call = rejection(createClient({ url }).health({ signal: controller.signal }));
    await wasAsked;
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    expect(await call).toBe(reason);
  });

  it("before it begins when its signal has fired already", async () => {
    const server = await serve({});
    const signal = AbortSignal.abort("too late");
    expect(await rejection(createClient({ url: server.url }).health({ signal }))).toBe("too late");
    expect(server.seen).toEqual([]);
  });

  it("at its time also with a fetch that heeds no signal", async () => {
    const fetch = () => new Promise<Response>(() => {});
    const client = createClient({ url: "http://conveyor.test", fetch, timeoutMs: 20 });
    expect(await rejection(client.health())).toBeInstanceOf(TimeoutError);
  });

  it("at once when its time is no time", async () => {
    const client = createClient({ url: "http://conveyor.test" });
    expect(await rejection(client.health({ timeoutMs: 0 }))).toBeInstanceOf(ConfigError);
    expect(await rejection(client.health({ timeoutMs: NaN }))).toBeInstanceOf(ConfigError);
  });
});

describe("connections", () => {
  it("are kept for the next call, after errors and empty answers as well", async () => {
    const server = await serve((_, count) =>
      count % 3 === 0
        ? { status: 204 }
        : count % 3 === 1
        ? { status: 500, body: { error: "not found" } }
        : { body: { status: "ok" } }
    );
    const client = createClient({ url: server.url });
    for (let round = 0; round < 6; round++) {
      await rejection(client.getPipeline("ship"));
      await client.health();
      await client.deletePipeline("ship");
    }
    expect(server.seen).toHaveLength(18);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});
