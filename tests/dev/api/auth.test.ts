import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { importPKCS8 } from "jose/key/import";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createDevServer } from "@conveyor/driver/dev";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
  type KeyKind,
} from "../../support/certificates.ts";
import { startedServer } from "../support.ts";

const run = promisify(execFile);
let authority: CertificateAuthority;
let client: IssuedCertificate;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  client = await authority.issue({ commonName: "driver-one" });
});

afterAll(() => authority.remove());

interface TokenParts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  alg?: string;
}

/** Signs a token as the protocol page describes it. A test can replace any part. */
async function tokenOf(
  { cert, key }: Pick<IssuedCertificate, "cert" | "key">,
  { header, claims, alg = "ES256" }: TokenParts = {},
): Promise<string> {
  const chain = cert.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!
    .map((pem) => new X509Certificate(pem).raw);
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(chain[0]!));
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    iat: now - 5,
    exp: now + 120,
    iss: "driver-one",
    cnf: { "x5t#S256": Buffer.from(hash).toString("base64url") },
    ...claims,
  })
    .setProtectedHeader({
      alg,
      typ: "JWT",
      x5c: chain.map((der) => der.toString("base64")),
      ...header,
    })
    .sign(await importPKCS8(key, alg));
}

async function withAuth() {
  const { server } = await startedServer({ auth: { ca: authority.ca } });
  return async (path: string, authorization?: string) => {
    const response = await server.fetch(`http://conveyor.test${path}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    return { status: response.status, body: await response.text() };
  };
}

test("without a token only health, metrics and swagger are open", async () => {
  const get = await withAuth();
  expect((await get("/health")).status).toBe(200);
  expect((await get("/metrics")).status).toBe(200);
  expect((await get("/swagger/index.html")).status).toBe(404);
  for (const path of ["/", "/logs", "/healthy", "/nothing"]) {
    const { status, body } = await get(path);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({ error: "missing Authorization header" });
  }
});

test.each(["Basic abc", "Bearer", "token"])("the header %j is refused", async (header) => {
  const get = await withAuth();
  const { status, body } = await get("/logs", header);
  expect(status).toBe(401);
  expect(body).toContain("invalid Authorization header format");
});

describe("a token is accepted", () => {
  test.each<[string, KeyKind]>([
    ["RS256", "rsa"],
    ["PS256", "rsa"],
    ["ES256", "p256"],
    ["ES384", "p384"],
    ["ES512", "p521"],
  ])("signed with %s", async (alg, key) => {
    const get = await withAuth();
    const token = await tokenOf(await authority.issue({ key }), { alg });
    expect(await get("/logs", `Bearer ${token}`)).toEqual({ status: 200, body: "[]" });
  });

  test("with a chain of two authorities", async () => {
    const get = await withAuth();
    const issued = await (await (await authority.intermediate()).intermediate()).issue();
    expect(issued.cert.match(/BEGIN/g)).toHaveLength(3);
    expect((await get("/logs", `bearer ${await tokenOf(issued)}`)).status).toBe(200);
  });
});

describe("a token is refused", () => {
  test.each<[string, string, TokenParts]>([
    ["that has expired", "exp", { claims: { iat: 1, exp: 2 } }],
    ["that was issued in the future", "in the future", { claims: { iat: 4_000_000_000 } }],
    ["without an expiry", "exp", { claims: { exp: undefined } }],
    ["without a binding", "cnf", { claims: { cnf: undefined } }],
    ["bound to nothing", "not bound", { claims: { cnf: {} } }],
    ["bound to another certificate", "not bound", { claims: { cnf: { "x5t#S256": "AAAA" } } }],
    ["without a chain", "no x5c", { header: { x5c: undefined } }],
    ["with an empty chain", "x5c is empty", { header: { x5c: [] } }],
    ["with an invalid chain", "invalid token", { header: { x5c: ["AAAA"] } }],
  ])("%s", async (_what, reason, parts) => {
    const get = await withAuth();
    const { status, body } = await get("/logs", `Bearer ${await tokenOf(client, parts)}`);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({ error: expect.stringContaining(reason) });
  });

  test("whose certificate was issued by another authority of the same name", async () => {
    const get = await withAuth();
    const stranger = await createCertificateAuthority();
    const token = await tokenOf(await stranger.issue());
    await stranger.remove();
    const { status, body } = await get("/logs", `Bearer ${token}`);
    expect(status).toBe(401);
    expect(body).toContain("no known authority has issued");
  });

  test("whose certificate has expired", async () => {
    const get = await withAuth();
    const token = await tokenOf(await authority.issue({ expired: true }));
    const { status, body } = await get("/logs", `Bearer ${token}`);
    expect(status).toBe(401);
    expect(body).toContain("was valid until");
  });

  test("whose certificate was issued with a client's certificate", async () => {
    const get = await withAuth();
    const forged = await issuedBy(client);
    const { status, body } = await get("/logs", `Bearer ${await tokenOf(forged)}`);
    expect(status).toBe(401);
    expect(body).toContain("no known authority has issued");
  });

  test("signed with a key that is not the certificate's", async () => {
    const get = await withAuth();
    const other = await authority.issue();
    const token = await tokenOf({ cert: client.cert, key: other.key });
    const { status, body } = await get("/logs", `Bearer ${token}`);
    expect(status).toBe(401);
    expect(body).toContain("signature");
  });

  test("that was changed or assembled from two tokens", async () => {
    const get = await withAuth();
    const [header, claims, signature] = (await tokenOf(client)).split(".") as [
      string,
      string,
      string,
    ];
    const longer = (await tokenOf(client, { claims: { exp: 4_000_000_000 } })).split(".");
    const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    for (
      const token of [
        `${header}.${longer[1]}.${signature}`,
        `${header}.${claims}.`,
        `${unsigned}.${claims}.`,
        `${header}.${claims}`,
        "nonsense",
      ]
    ) {
      expect((await get("/logs", `Bearer ${token}`)).status).toBe(401);
    }
  });
});

/** Issues a certificate with one that is no authority. */
async function issuedBy(
  { cert, files }: IssuedCertificate,
): Promise<{ cert: string; key: string }> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-forged-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const openssl = (command: string) => run("openssl", command.split(" "));
  await openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${at("key")}`);
  await openssl(`req -new -key ${at("key")} -subj /CN=forged -out ${at("csr")}`);
  const issuer = `-CA ${files.certFile} -CAkey ${files.keyFile} -set_serial 7`;
  await openssl(`x509 -req -in ${at("csr")} ${issuer} -days 2 -out ${at("cert")}`);
  const [leaf, key] = await Promise.all(["cert", "key"].map((name) => readFile(at(name), "utf8")));
  return { cert: leaf! + cert, key: key! };
}

test("an unreadable authority is refused when the server starts", async () => {
  for (const ca of ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]) {
    await using server = createDevServer({ auth: { ca } });
    await expect(server.start()).rejects.toThrow("cannot use auth.ca");
  }
});
