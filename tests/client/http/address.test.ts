import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ClientOptions, ConfigError, createClient } from "../../../src/client/mod.ts";
import { serve } from "../support/http_server.ts";

const HEALTH = { body: { status: "ok", time: "" } };

function addressOf(options: ClientOptions, environment: Record<string, string> = {}) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = createClient({ credentials: false, ...options });
  return [client.getApiUrl(), client.host, client.port];
}

describe("the address", () => {
  it.each<[string, ClientOptions, Record<string, string>, unknown[]]>([
    ["is a server on this machine by default", {}, {}, [
      "http://localhost:8080",
      "localhost",
      8080,
    ]],
    ["comes from the environment", {}, { CONVEYOR_SERVER_HOST: "ci", CONVEYOR_SERVER_PORT: "81" }, [
      "http://ci:81",
      "ci",
      81,
    ]],
    ["comes from options rather than the environment", { host: "ci" }, {
      CONVEYOR_SERVER_HOST: "other",
      CONVEYOR_SERVER_PORT: "81",
      CONVEYOR_SERVER_URL: "https://other",
    }, ["http://ci:81", "ci", 81]],
    [
      "comes from a full URL rather than host and port",
      { url: "https://ci.example", host: "x", port: 1 },
      {},
      [
        "https://ci.example",
        "ci.example",
        443,
      ],
    ],
    ["comes from the full URL of the environment rather than its host and port", {}, {
      CONVEYOR_SERVER_HOST: "other",
      CONVEYOR_SERVER_URL: "http://ci/base/",
    }, ["http://ci/base", "ci", 80]],
    ["has no slashes at its end", { url: "http://ci:81/a/b///" }, {}, [
      "http://ci:81/a/b",
      "ci",
      81,
    ]],
    ["may be a URL object", { url: new URL("http://ci:81") }, {}, ["http://ci:81", "ci", 81]],
    ["may be IPv6, as a host", { host: "::1", port: 81 }, {}, ["http://[::1]:81", "::1", 81]],
    ["may be IPv6, as a host in brackets", { host: "[::1]", port: 81 }, {}, [
      "http://[::1]:81",
      "::1",
      81,
    ]],
    ["may be IPv6, in a URL", { url: "http://[fe80::1]:81" }, {}, [
      "http://[fe80::1]:81",
      "fe80::1",
      81,
    ]],
  ])("%s", (_, options, environment, expected) => {
    expect(addressOf(options, environment)).toEqual(expected);
  });

  it.each<[ClientOptions, RegExp]>([
    [
      { port: 0 },
      /^port must be from 1 to 65535, got 0; pass another port, or set CONVEYOR_SERVER_PORT$/,
    ],
    [
      { host: "http://ci" },
      /^host must be a host name or address, got "http:\/\/ci"/,
    ],
    [{ host: "a:b:c:d" }, /^host must be a host name or address, got "a:b:c:d"/],
    [{ url: "ci:8080" }, /^url must be an http: or https: URL, got "ci:8080"/],
    [
      { url: "http://ci/?a=1" },
      /^url must have no user name, password, query or fragment$/,
    ],
    [{ url: "http://user:secret@ci/" }, /no user name, password, query or fragment$/],
    [{ url: "http://user:12/secret@ci/" }, /^url must be an http: or https: URL/],
    [{ url: "http://user:a/secret@ci/" }, /^url must be an http: or https: URL/],
    ...["a\\b", "a\tb", "a b", "a%2fb", "\uff41\uff42", "a\u200bb", "u@a"].map((host) =>
      [{ host }, /^host must be a host name or address/] as [ClientOptions, RegExp]
    ),
    ...["http://a\\@b", "http://a\nb", "http://\uff41", "http:a", "http:///a", "http://a%62"].map((
      url,
    ) => [{ url }, /^url must be an http: or https: URL/] as [ClientOptions, RegExp]),
    [{ baseUrl: "http://a" } as ClientOptions, /^baseUrl is not an option; use url$/],
    [{ timeout: 1 } as ClientOptions, /^timeout is not an option; use timeoutMs$/],
    [{ retry: { max: 1 } as never }, /^retry\.max is not an option; use maxMs$/],
    [
      { credentials: { certfile: "a" } as never },
      /^credentials\.certfile is not an option; use certFile$/,
    ],
    [{ protocol: "v3" as never }, /^protocol must be v1 or v2, got "v3"/],
    [{ retry: { attempts: 0 } }, /^retry\.attempts must be a whole number of at least 1, got 0$/],
    [
      { retry: { attempts: 1.5 } },
      /^retry\.attempts must be a whole number of at least 1, got 1\.5$/,
    ],
    [
      { retry: { initialMs: -1 } },
      /^retry\.initialMs must be a number of milliseconds above 0, got -1$/,
    ],
  ])("%j is rejected with the valid values", (options, message) => {
    const made = () => createClient({ credentials: false, ...options });
    expect(made).toThrow(ConfigError);
    expect(made).toThrow(message);
    expect(made).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") }),
    );
  });

  it("may have a base path, for calls and errors", async () => {
    const server = await serve((request) =>
      request.path.endsWith("/health")
        ? HEALTH
        : { status: 404, body: { error: "resource not found" } }
    );
    const client = createClient({ url: `${server.url}/ci/api/` });
    await client.health();
    expect(server.seen[0]?.path).toBe("/ci/api/health");
    await expect(client.getResource("web", "workflow")).rejects.toMatchObject({
      path: "/ci/api/resources/workflow/web",
    });
  });

  it("of IPv6 reaches the server", async () => {
    const server = await serve(HEALTH, { hostname: "::1" });
    expect(await createClient({ host: "::1", port: server.port }).health()).toEqual(HEALTH.body);
  });
});

it("options that are no object are refused", () => {
  const made = () => createClient("http://ci.example" as unknown as ClientOptions);
  expect(made).toThrow("options must be an object, got a value of type string");
});

it.each(["\ud800", "a\udc00", undefined, 7])(
  "the name %j, which no path can hold, is refused",
  async (name) => {
    const client = createClient({ url: "http://ci.example", credentials: false });
    await expect(client.getResource(name as string, "workflow")).rejects.toMatchObject({
      name: "ConfigError",
      field: "name",
    });
  },
);

it("names of other alphabets have their ASCII form", () => {
  expect(addressOf({ url: "http://b\u00fccher.example" })[1]).toBe("xn--bcher-kva.example");
});
