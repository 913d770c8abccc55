import { describe, expect, it } from "vitest";
import { ConfigError, createClient } from "../../../src/client/mod.ts";
import { serve } from "../support/http_server.ts";

describe("names are encoded", () => {
  it.each([
    ["a/b", "a%2Fb"],
    ["ä ö", "%C3%A4%20%C3%B6"],
    ["50%?#", "50%25%3F%23"],
    ["..x", "..x"],
  ])("%s becomes %s", async (name, encoded) => {
    const server = await serve({ body: { name: "workflow" } });
    await createClient({ url: server.url }).getResourceDefinition(name);
    expect(server.seen[0]?.path).toBe(`/resource-definitions/${encoded}`);
  });

  it.each(["", ".", ".."])("%j is rejected: it would be another path", async (name) => {
    const client = createClient({ url: "http://localhost:1" });
    await expect(client.getPipeline(name)).rejects.toThrow(ConfigError);
    await expect(client.getResource(name, "workflow")).rejects.toThrow(
      /^name must not be "/,
    );
  });
});
