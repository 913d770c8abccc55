import { describe, expect, it } from "vitest";
import { type ApiError, ConnectionError, createClient } from "../../../src/client/mod.ts";
import { rejection, type Reply, serve } from "../support/http_server.ts";

/** The error of a call that gets a resource, from a server that responds with `reply`. */
async function errorFor(reply: Reply, options: Parameters<typeof createClient>[0] = {}) {
  const server = await serve(reply);
  const client = createClient({ url: server.url, retry: false, ...options });
  return await rejection(client.getResource("web", "workflow")) as ApiError;
}

describe("a response", () => {
  const PAGE = "<!DOCTYPE html><html><title>Sign in</title></html>";

  it("is unreadable when a proxy sends a page in place of JSON", async () => {
    const error = await errorFor({ headers: { "content-type": "text/html" }, body: PAGE });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 200 });
    expect(error.message).toMatch(
      /returned 200: its body is a web page, not JSON; .*any proxy/,
    );
  });

  it.each([
    ["cut short", `{"id":"1","name":"we`, /not JSON, or is cut short/],
    ["empty", "", /its body is empty/],
    ["of another shape", "[1,2]", /the resource is not a JSON object/],
    ["without what it must have", `{"name":"web"}`, /the resource has no "resource"/],
  ])("is unreadable when its JSON is %s", async (_, body, message) => {
    const error = await errorFor({ body });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 200 });
    expect(error.message).toMatch(message);
  });

  it("is a ConnectionError when its body is cut short", async () => {
    const error = await errorFor({
      write(response) {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write(`{"id":"1"`, () => response.destroy());
      },
    });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^cannot get the resource "web"/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each([["with a content-length", true], ["without a content-length", false]])(
    "is rejected when its body exceeds the limit: %s",
    async (_, hasLength) => {
      const error = await errorFor({
        write(response) {
          response.writeHead(200, hasLength ? { "content-length": "5000" } : {});
          response.end("x".repeat(5000));
        },
      }, { maxBodyBytes: 1000 });
      expect(error).toMatchObject({ name: "ApiError", code: "answer-too-large" });
      expect(error.message).toMatch(
        /larger than 1000 bytes; request less, or raise maxBodyBytes/,
      );
    },
  );

  it("of status 204 needs no body", async () => {
    const server = await serve({ status: 204 });
    const client = createClient({ url: server.url });
    expect(await client.deletePipeline("ship")).toBeUndefined();
  });
});
