import { describe, expect, it } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";

describe("a fetch that returns no Response is refused with what is missing", () => {
  const read = new Response("[]");
  read.body!.getReader();
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["a test's status and json()", { ok: true, status: 200, json: () => [] }],
    ["headers alone", { ok: true, status: 200, headers: new Headers() }],
    ["a body that is a stream of Node's", {
      ok: true,
      status: 200,
      headers: new Headers(),
      body: {},
    }],
    ["a Response that is read already", read],
  ])("%s", async (_, answer) => {
    const fetch = () => Promise.resolve(answer as Response);
    const client = createClient({ url: "http://ci.example", retry: false, fetch });
    expect(await rejection(client.listLogs())).toMatchObject({
      code: "config",
      field: "fetch",
      message: "fetch must return an unread Response with headers",
    });
  });
});

describe("data that JSON would empty is refused", () => {
  class Secretive {
    #value = 1;
    get value() {
      return this.#value;
    }
  }
  it.each<[string, unknown]>([
    ["a map", new Map([["a", 1]])],
    ["a set", new Set([1])],
    ["an error", Object.assign(new Error("a"), { code: "b" })],
    ["a function", () => 1],
    ["a symbol", Symbol("a")],
    ["a big integer", 1n],
    ["NaN", NaN],
    ["Infinity", [-Infinity]],
    ["an object whose fields are private", new Secretive()],
  ])("%s", async (_, value) => {
    let sent = 0;
    const client = createClient({
      url: "http://ci.example",
      fetch: () => Promise.resolve(new Response(`${sent++}`)),
    });
    const calls = [
      client.createResource({ name: "a", resource: "b", spec: { value } }),
      client.createResourceDefinition({ name: "a", schema: { value } as never }),
      client.broadcastMessage({ event: "a", payload: { value } }),
    ];
    for (const error of await Promise.all(calls.map(rejection))) {
      expect(error).toMatchObject({ code: "config", field: "body" });
    }
    expect(sent).toBe(0);
  });

  it("and what it holds goes as it is", async () => {
    const bodies: unknown[] = [];
    const client = createClient({
      url: "http://ci.example",
      fetch: (_, { body }) => {
        bodies.push(JSON.parse(String(body)));
        return Promise.resolve(Response.json({ runid: "r" }));
      },
    });
    class Point {
      x = 1;
    }
    const spec = {
      at: new Date(0),
      list: [1, null, "null", ""],
      none: undefined,
      point: new Point(),
    };
    await client.createResource({ name: "a", resource: "b", spec });
    expect(bodies).toEqual([{
      name: "a",
      resource: "b",
      spec: { at: "1970-01-01T00:00:00.000Z", list: [1, null, "null", ""], point: { x: 1 } },
    }]);
  });
});
