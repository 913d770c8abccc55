import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../../src/client/mod.ts";
import { rejection } from "../client/support/http_server.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../support/certificates.ts";
import { protectedServer } from "./support/protected_server.ts";

let authority: CertificateAuthority;
let issued: IssuedCertificate;
beforeAll(async () => {
  authority = await createCertificateAuthority();
  issued = await authority.issue();
});
afterAll(() => authority.remove());
beforeEach(() => {
  // Half a day into the certificates' two days, so that a server's clock may differ either way.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 43_200_000 });
  return () => vi.useRealTimers();
});

const url = "http://conveyor.test";
const pair = () => ({ cert: issued.cert, key: issued.key });

describe("tokens", () => {
  it("are reused until half a minute before they expire", async () => {
    const { fetch, tokens } = protectedServer(authority.ca);
    const client = createClient({ url, credentials: pair(), fetch });
    await Promise.all([client.listLogs(), client.listLogs(), client.listLogs()]);
    vi.setSystemTime(Date.now() + 59_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(1);
    vi.setSystemTime(Date.now() + 2_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(2);
  });

  it("are accepted by a server whose clock is 25 seconds behind", async () => {
    const { fetch, tokens } = protectedServer(authority.ca, { aheadMs: -25_000, sendsDate: false });
    await createClient({ url, credentials: pair(), fetch }).listLogs();
    expect(tokens).toHaveLength(1);
  });

  it.each([["behind", -480_000], ["ahead", 480_000]])(
    "follow the clock of a server that is eight minutes %s, after one rejection",
    async (_, aheadMs) => {
      const { fetch, tokens } = protectedServer(authority.ca, { aheadMs });
      const client = createClient({ url, credentials: pair(), fetch });
      await client.listLogs();
      expect(tokens).toHaveLength(2);
      await client.listLogs();
      expect(tokens).toHaveLength(3);
    },
  );

  it("do not follow a date that is further away than clocks are", async () => {
    const dates: number[] = [];
    const client = createClient({
      url,
      credentials: pair(),
      fetch: (_, { headers }) => {
        const [, claims = ""] = new Headers(headers).get("authorization")!.split(".");
        dates.push(JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).exp);
        const date = new Date(Date.now() + 3_600_000).toUTCString();
        return Promise.resolve(new Response("invalid token", { status: 401, headers: { date } }));
      },
    });
    await rejection(client.listLogs());
    await rejection(client.listLogs());
    for (const exp of dates) expect(exp * 1000).toBeLessThan(Date.now() + 12 * 60_000);
  });

  it("are not replaced after a rejection when credentials and clock are the same", async () => {
    const other = await createCertificateAuthority("another authority");
    const { fetch, tokens } = protectedServer(authority.ca);
    const { cert, key } = await other.issue();
    const client = createClient({ url, credentials: { cert, key }, fetch });
    expect(await rejection(client.listLogs())).toMatchObject({ code: "unauthorized" });
    expect(tokens).toHaveLength(1);
    await other.remove();
  });

  it("are replaced at most once a call", async () => {
    let shifts = 0;
    const client = createClient({
      url,
      credentials: pair(),
      fetch: () => {
        const date = new Date(Date.now() + ++shifts * 180_000).toUTCString();
        return Promise.resolve(new Response("invalid token", { status: 401, headers: { date } }));
      },
    });
    expect(await rejection(client.listLogs())).toMatchObject({ code: "unauthorized" });
    expect(shifts).toBe(2);
  });

  it("are masked in messages, also when a proxy echoes the request", async () => {
    const echo = (_: string, init: RequestInit) =>
      Promise.resolve(
        new Response(`bad gateway: ${new Headers(init.headers).get("authorization")}`, {
          status: 502,
        }),
      );
    const client = createClient({ url, credentials: pair(), fetch: echo, retry: false });
    const error = await rejection(client.listLogs()) as Error & { serverText: string };
    expect(error.message).toContain("bad gateway: Bearer ***");
    expect(error.serverText).toBe("bad gateway: Bearer ***");
    expect(JSON.stringify(error)).not.toMatch(/eyJ/);
  });

  it("are invisible to hooks", async () => {
    const { fetch } = protectedServer(authority.ca);
    const shown: Headers[] = [];
    const client = createClient({
      url,
      credentials: pair(),
      fetch,
      onRequest: ({ headers }) => void shown.push(headers),
    });
    await client.listLogs();
    expect(shown.map((headers) => headers.has("authorization"))).toEqual([false]);
  });
});
