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

  it("that are missing or invalid are rejected by createClient", async () => {
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
