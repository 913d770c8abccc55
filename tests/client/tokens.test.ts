import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ConfigError, createClient } from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../support/certificates.ts";
import { rejection } from "./support.ts";

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

/** A server that lets in by its own clock, and the tokens that it was shown. */
function guarded({ aheadMs = 0, tellsTime = true } = {}) {
  const now = () => new Date(Date.now() + aheadMs);
  const server = createDevServer({ auth: { ca: authority.ca, now } });
  const tokens: string[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    tokens.push(new Headers(init.headers).get("authorization") ?? "");
    const answer = await server.fetch(url, init);
    if (tellsTime) answer.headers.set("date", now().toUTCString());
    return answer;
  };
  return { fetch, tokens };
}

const url = "http://conveyor.test";
const pair = () => ({ cert: issued.cert, key: issued.key });

describe("tokens", () => {
  it("are used again until half a minute before they expire", async () => {
    const { fetch, tokens } = guarded();
    const client = createClient({ url, credentials: pair(), fetch });
    await Promise.all([client.listLogs(), client.listLogs(), client.listLogs()]);
    vi.setSystemTime(Date.now() + 59_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(1);
    vi.setSystemTime(Date.now() + 2_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(2);
  });

  it("are taken by a server whose clock is a little behind", async () => {
    const { fetch, tokens } = guarded({ aheadMs: -25_000, tellsTime: false });
    await createClient({ url, credentials: pair(), fetch }).listLogs();
    expect(tokens).toHaveLength(1);
  });

  it.each([["behind", -3_600_000], ["ahead", 3_600_000]])(
    "follow the clock of a server that is an hour %s, after one refusal",
    async (_, aheadMs) => {
      const { fetch, tokens } = guarded({ aheadMs });
      const client = createClient({ url, credentials: pair(), fetch });
      await client.listLogs();
      expect(tokens).toHaveLength(2);
      await client.listLogs();
      expect(tokens).toHaveLength(3);
    },
  );

  it("that are refused are made anew at most once a call", async () => {
    const other = await createCertificateAuthority("another authority");
    const { fetch, tokens } = guarded();
    const { cert, key } = await other.issue();
    const client = createClient({ url, credentials: { cert, key }, fetch });
    expect(await rejection(client.listLogs())).toMatchObject({ code: "unauthorized" });
    expect(tokens).toHaveLength(1);
    await other.remove();
  });

  it("never stand in a message, not even when a proxy echoes the request", async () => {
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

  it("are not shown to hooks", async () => {
    const { fetch } = guarded();
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

describe("credentials in files", () => {
  async function folder() {
    const path = await mkdtemp(join(tmpdir(), "conveyor-credentials-"));
    onTestFinished(() => rm(path, { recursive: true }));
    const files = { certFile: join(path, "cert.pem"), keyFile: join(path, "key.pem") };
    const put = async (from: IssuedCertificate) => {
      await cp(from.files.certFile, files.certFile);
      await cp(from.files.keyFile, files.keyFile);
    };
    await put(issued);
    return { files, put };
  }

  it("are found through the environment", async () => {
    const { files } = await folder();
    vi.stubEnv("CONVEYOR_CERT_FILE", files.certFile);
    vi.stubEnv("CONVEYOR_KEY_FILE", files.keyFile);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { fetch, tokens } = guarded();
    await createClient({ url, fetch }).listLogs();
    expect(tokens).toEqual([expect.stringMatching(/^Bearer eyJ/)]);
    await createClient({ url: "http://open.test", fetch, credentials: false }).health();
    expect(tokens).toEqual([expect.anything(), ""]);
  });

  it("are picked up again when they change, at once when the server refuses the old ones", async () => {
    const { files, put } = await folder();
    let required = authority.ca;
    const other = await createCertificateAuthority("the next authority");
    const tokens: string[] = [];
    const client = createClient({
      url,
      credentials: files,
      fetch: (address, init) => {
        tokens.push(new Headers(init.headers).get("authorization") ?? "");
        return createDevServer({ auth: { ca: required } }).fetch(address, init);
      },
    });
    await client.listLogs();
    required = other.ca;
    await put(await other.issue());
    await client.listLogs();
    expect(tokens).toHaveLength(3);

    await put(await other.issue());
    vi.setSystemTime(Date.now() + 11_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(3);
    expect(tokens).toHaveLength(4);
    await other.remove();
  });

  it("that are half replaced do not end what works", async () => {
    const { files, put } = await folder();
    const { fetch, tokens } = guarded();
    const client = createClient({ url, credentials: files, fetch });
    await client.listLogs();
    const next = await authority.issue();
    await cp(next.files.certFile, files.certFile);
    vi.setSystemTime(Date.now() + 11_000);
    await client.listLogs();
    await put(next);
    vi.setSystemTime(Date.now() + 11_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(2);
  });

  it("that are missing or wrong keep a client from being made", async () => {
    const { files } = await folder();
    const made = (credentials: Parameters<typeof createClient>[0]) => () =>
      createClient({ url, ...credentials });
    expect(made({ credentials: { ...files, keyFile: `${files.keyFile}.gone` } })).toThrow(
      /cannot read the file .*key\.pem\.gone for credentials\.keyFile: .*check that it exists and is readable/,
    );
    expect(made({ credentials: { ...files, key: issued.key } })).toThrow(
      /both credentials\.key and credentials\.keyFile/,
    );
    await writeFile(files.keyFile, (await authority.issue()).key);
    expect(made({ credentials: files })).toThrow(ConfigError);
  });
});
