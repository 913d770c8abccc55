import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createDevServer } from "@conveyor/driver/dev";
import { ConfigError, createClient } from "../../src/client/mod.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../support/certificates.ts";
import { loadAuth } from "../../src/transport/auth.ts";
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

describe("what a file holds, given as its path, is refused and in no error", () => {
  const pieces = (text: string) =>
    text.split(/[\r\n]+/).filter((line) => /^[\w+/=]{20,}/.test(line));
  const refusal = (work: () => unknown): ConfigError => {
    try {
      work();
    } catch (error) {
      return error as ConfigError;
    }
    throw new Error("it was not refused");
  };

  it.each(["key", "cert"] as const)("as %sFile, PEM or DER", (part) => {
    const pem = issued[part];
    const der = pieces(pem).join("");
    for (const text of [pem, pem.replaceAll("\n", "\\n"), der]) {
      const error = refusal(() => createClient({ url, credentials: { [`${part}File`]: text } }));
      expect([error.name, error.field]).toEqual(["ConfigError", `credentials.${part}File`]);
      expect(error.message).toContain("must be a path, got");
      const shown = `${error.message} ${error.stack} ${String(error.cause)}`;
      for (const piece of pieces(pem)) expect(shown).not.toContain(piece);
    }
  });

  it("in the environment", () => {
    vi.stubEnv("CONVEYOR_KEY_FILE", issued.key);
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = refusal(() => createClient({ url }));
    expect(error.field).toBe("CONVEYOR_KEY_FILE");
    for (const piece of pieces(issued.key)) expect(error.message).not.toContain(piece);
  });

  it("as the files of a broker's authentication", async () => {
    const seed = "SU" + "A2".repeat(28);
    const creds = `-----BEGIN NATS USER JWT-----\neyJ0.${"x".repeat(40)}\n------`;
    for (const auth of [{ nkeyFile: seed }, { credsFile: creds }]) {
      const error = await loadAuth(auth).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "config" });
      expect(String(error)).toMatch(/must be the path of a file, got what the file holds/);
      expect(String(error)).not.toMatch(/A2A2|xxxx/);
    }
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

  it("are read from the files of the environment", async () => {
    const { files } = await folder();
    vi.stubEnv("CONVEYOR_CERT_FILE", files.certFile);
    vi.stubEnv("CONVEYOR_KEY_FILE", files.keyFile);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { fetch, tokens } = protectedServer(authority.ca);
    await createClient({ url, fetch }).listLogs();
    expect(tokens).toEqual([expect.stringMatching(/^Bearer eyJ/)]);
    await createClient({ url: "http://other.test", fetch, credentials: false }).health();
    expect(tokens).toEqual([expect.anything(), ""]);
  });

  it("are reloaded when they change, immediately when the server rejects the old ones", async () => {
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

  it("that are half replaced are ignored while the old ones are valid", async () => {
    const { files, put } = await folder();
    const { fetch, tokens } = protectedServer(authority.ca);
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

  it("are reloaded on a host whose clock is set back", async () => {
    const { files, put } = await folder();
    const { fetch, tokens } = protectedServer(authority.ca);
    const client = createClient({ url, credentials: files, fetch });
    await client.listLogs();
    await put(await authority.issue());
    vi.setSystemTime(Date.now() - 3_600_000);
    await client.listLogs();
    expect(new Set(tokens).size).toBe(2);
  });

  it("that are missing or invalid are rejected by createClient", async () => {
    const { files } = await folder();
    const made = (credentials: Parameters<typeof createClient>[0]) => () =>
      createClient({ url, ...credentials });
    expect(made({ credentials: { ...files, keyFile: `${files.keyFile}.gone` } })).toThrow(
      /^cannot use credentials\.keyFile: cannot read the file .*key\.pem\.gone: /,
    );
    expect(made({ credentials: { ...files, key: issued.key } })).toThrow(
      /cannot use credentials\.keyFile: credentials\.key is set too/,
    );
    await writeFile(files.keyFile, (await authority.issue()).key);
    expect(made({ credentials: files })).toThrow(ConfigError);
  });
});
