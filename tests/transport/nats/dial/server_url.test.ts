import { describe, expect, test } from "vitest";
import { parseServer, siblingServer } from "../../../../src/transport/nats/dial/server_url.ts";

describe("a server's URL", () => {
  test("is parsed into a URL without user name and password", () => {
    const server = parseServer("tls://me:s%40cret@nats.example:4443");
    expect(server).toEqual({
      url: "tls://nats.example:4443",
      tlsName: "nats.example",
      address: "nats.example:4443",
      secure: true,
      auth: { user: "me", password: "s@cret" },
    });
  });

  test("may contain a token, an IPv6 address, or a path", () => {
    expect(parseServer("nats://t0k3n@h").auth).toEqual({ token: "t0k3n" });
    expect(parseServer("tls://[::1]:4222")).toMatchObject({
      address: "[::1]:4222",
      tlsName: "::1",
    });
    expect(parseServer("wss://h/path?q=1")).toMatchObject({
      url: "wss://h/path?q=1",
      secure: true,
    });
    expect(parseServer("nats://h").auth).toBeUndefined();
  });

  test("passes credentials and certificate name on to the servers of its cluster", () => {
    const origin = parseServer("tls://me:secret@nats.example:4443");
    expect(siblingServer(origin, "10.0.0.2:4443")).toEqual({
      ...origin,
      url: "tls://10.0.0.2:4443",
      address: "10.0.0.2:4443",
    });
  });
});
