import { createPublicKey, X509Certificate } from "node:crypto";
import { importSPKI, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createClient } from "../../src/client/mod.ts";
import { createDevServer } from "@conveyor/driver/dev";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
  type IssueOptions,
} from "../support/certificates.ts";
import { readDer } from "../../src/credentials/der.ts";
import { readPem } from "../../src/encoding/pem.ts";
import { rejection } from "../client/support/http_server.ts";

let authority: CertificateAuthority;
beforeAll(async () => authority = await createCertificateAuthority());
afterAll(() => authority.remove());

const SERVER_URL = "http://conveyor.test";

/** Sends a call with credentials. Returns its token. */
async function tokenOf(credentials: Pick<IssuedCertificate, "cert" | "key">): Promise<string> {
  const { cert, key } = credentials;
  let token = "";
  const client = createClient({
    url: SERVER_URL,
    credentials: { cert, key },
    fetch: (_, { headers }) => {
      token = new Headers(headers).get("authorization")?.replace("Bearer ", "") ?? "";
      return Promise.resolve(Response.json([]));
    },
  });
  await client.listLogs();
  return token;
}

/** Calls a server that requires a certificate of an authority. */
async function callWith(
  { cert, key }: Pick<IssuedCertificate, "cert" | "key">,
  ca = authority.ca,
): Promise<unknown> {
  const server = createDevServer({ auth: { ca } });
  return await createClient({ url: SERVER_URL, credentials: { cert, key }, fetch: server.fetch })
    .listLogs({ runId: "none" });
}

const decoded = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());

const KINDS: [string, string, IssueOptions][] = [
  ["an RSA key in PKCS#8", "RS256", { key: "rsa" }],
  ["an RSA key in PKCS#1", "RS256", { key: "rsa", form: "traditional" }],
  ["a P-256 key in PKCS#8", "ES256", { key: "p256" }],
  ["a P-256 key in SEC 1", "ES256", { key: "p256", form: "traditional" }],
  ["a P-256 key without its public key", "ES256", { key: "p256", form: "without-public-half" }],
  ["a P-384 key in PKCS#8", "ES384", { key: "p384" }],
  ["a P-384 key in SEC 1", "ES384", { key: "p384", form: "traditional" }],
  ["a P-521 key in PKCS#8", "ES512", { key: "p521" }],
  ["a P-521 key in SEC 1", "ES512", { key: "p521", form: "traditional" }],
];

describe("a server that requires credentials accepts", () => {
  it.each(KINDS)("%s, whose tokens are signed with %s", async (_, alg, options) => {
    const issued = await authority.issue(options);
    expect(await callWith(issued)).toEqual([]);
    expect(decoded((await tokenOf(issued)).split(".")[0])).toMatchObject({ alg, typ: "JWT" });
  });

  it("a chain with authorities in between", async () => {
    const below = await (await authority.intermediate()).intermediate();
    const issued = await below.issue();
    expect(issued.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    expect(await callWith(issued)).toEqual([]);
  });

  it("PEM with Windows line ends and text around it", async () => {
    const { cert, key } = await authority.issue();
    const dressed = (pem: string) => `Bag Attributes: none\n${pem}`.replaceAll("\n", "\r\n");
    expect(await callWith({ cert: dressed(cert), key: dressed(key) })).toEqual([]);
  });

  it("a key with the EC PARAMETERS of openssl before it", async () => {
    const { cert, key } = await authority.issue({ form: "traditional" });
    const parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(await callWith({ cert, key: parameters + key })).toEqual([]);
  });
});

describe("a server that requires credentials rejects", () => {
  it("a certificate of another authority, with the reason", async () => {
    const other = await createCertificateAuthority("another authority");
    const error = await rejection(callWith(await other.issue(), authority.ca));
    await other.remove();
    expect(error).toMatchObject({ name: "UnauthorizedError", code: "unauthorized", status: 401 });
    expect(String(error)).toMatch(
      /no known authority has issued.*a valid certificate of its CA, for server authentication too/,
    );
  });

  it("no certificate that has expired: the client rejects it, and sends nothing", async () => {
    const error = await rejection(callWith(await authority.issue({ expired: true })));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(/credentials\.cert: it expired on \d{4}-/);
  });

  it("a client without credentials, except for health and metrics", async () => {
    const { fetch } = createDevServer({ auth: { ca: authority.ca } });
    const client = createClient({ url: SERVER_URL, credentials: false, fetch });
    expect(await client.health()).toMatchObject({ status: expect.any(String) });
    expect(await client.metrics()).toContain("# TYPE");
    expect(await rejection(client.listLogs())).toMatchObject({
      name: "UnauthorizedError",
      serverText: "missing Authorization header",
    });
  });

  it("a token with another signature, other claims, another header, or of another certificate", async () => {
    const [mine, other] = await Promise.all([
      tokenOf(await authority.issue()),
      tokenOf(await authority.issue()),
    ]);
    const [header = "", claims = "", signature = ""] = mine.split(".");
    const [otherHeader = "", otherClaims = "", otherSignature = ""] = other.split(".");
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const none = encoded({ ...decoded(header), alg: "none" });
    const longer = encoded({ ...decoded(claims), exp: decoded(claims).exp + 3600 });
    const { fetch } = createDevServer({ auth: { ca: authority.ca } });
    const status = async (token: string) =>
      (await fetch(`${SERVER_URL}/logs`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await status(mine)).toBe(200);
    for (
      const token of [
        `${header}.${claims}.${otherSignature}`,
        `${header}.${longer}.${signature}`,
        `${header}.${otherClaims}.${otherSignature}`,
        `${otherHeader}.${claims}.${signature}`,
        `${none}.${claims}.`,
      ]
    ) expect(await status(token)).toBe(401);
  });
});

describe("a token", () => {
  it("has the certificate's common name, is bound to the certificate and is valid for two minutes", async () => {
    const { cert, key } = await authority.issue({ commonName: "driver ünïcode" });
    const [header, claims] = (await tokenOf({ cert, key })).split(".").slice(0, 2).map(decoded);
    const leaf = new X509Certificate(cert);
    expect(header.x5c).toEqual([leaf.raw.toString("base64")]);
    expect(claims).toMatchObject({
      iss: "driver ünïcode",
      cnf: {
        "x5t#S256": Buffer.from(leaf.fingerprint256.replaceAll(":", ""), "hex").toString(
          "base64url",
        ),
      },
    });
    expect(claims.exp - claims.iat).toBe(120);
    expect(claims.iat * 1000).toBeLessThan(Date.now() - 20_000);
    expect(claims.exp * 1000).toBeGreaterThan(Date.now() + 60_000);
  });

  it("of an RSA key for PSS is signed with PS256", async () => {
    const { cert, key } = await authority.issue({ key: "rsa-pss" });
    const token = await tokenOf({ cert, key });
    const { n, e } = modulusOf(key);
    const publicKey = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
    const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
    const { payload } = await jwtVerify(token, await importSPKI(spki, "PS256"));
    expect(payload.iss).toBe("client");
  });
});

describe("createClient rejects", () => {
  const made = (credentials: { cert?: string; key?: string; ca?: string }) => () =>
    createClient({ url: SERVER_URL, credentials });

  it.each<[string, IssueOptions, IssueOptions]>([
    ["an RSA key of another RSA certificate", { key: "rsa" }, { key: "rsa" }],
    ["an elliptic-curve key of another elliptic-curve certificate", {}, {}],
    ["an elliptic-curve certificate and an RSA key", {}, { key: "rsa" }],
    ["an RSA certificate and an elliptic-curve key", { key: "rsa" }, {}],
    ["keys of different curves", { key: "p384" }, { key: "p521" }],
  ])("%s", async (_, one, two) => {
    const [{ cert }, { key }] = await Promise.all([authority.issue(one), authority.issue(two)]);
    expect(made({ cert, key })).toThrow(ConfigError);
    expect(made({ cert, key })).toThrow(
      /credentials\.key: it is not the key of the first certificate/,
    );
  });

  it("a certificate without a key, a key without a certificate, and text that is not PEM", async () => {
    const { cert, key } = await authority.issue();
    expect(made({ cert })).toThrow(
      /^cannot use credentials\.key: it is missing$/,
    );
    expect(made({ key })).toThrow(/^cannot use credentials\.cert: it is missing/);
    expect(made({ cert: key, key })).toThrow(
      /credentials\.cert: it contains no certificate$/,
    );
    expect(made({ cert, key: cert })).toThrow(
      /credentials\.key: it contains no private key$/,
    );
    expect(made({ cert: cert.replace(/\n.{40}/, "\n"), key })).toThrow(
      /credentials\.cert: it cannot be read/,
    );
  });

  it("an encrypted key", async () => {
    const { cert } = await authority.issue();
    const key =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    expect(made({ cert, key })).toThrow(
      /it is encrypted$/,
    );
  });

  it("a kind of key that the server does not support", async () => {
    const { cert, key } = await authority.issue({ key: "ed25519" });
    expect(made({ cert, key })).toThrow(/its key is not RSA, P-256, P-384 or P-521/);
  });

  it("a key without showing it in the message", async () => {
    const [{ cert }, { key }] = await Promise.all([authority.issue(), authority.issue()]);
    const body = key.split("\n")[1] ?? "";
    expect(body.length).toBeGreaterThan(30);
    expect(made({ cert, key })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(body) }),
    );
  });
});

it("a key without its public key, of another certificate, is rejected before a token is sent", async () => {
  const { cert } = await authority.issue();
  const { key } = await authority.issue({ form: "without-public-half" });
  const error = await rejection(tokenOf({ cert, key }));
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(/credentials\.key/);
});

function modulusOf(pem: string): { n: string; e: string } {
  const [, , wrapped] = readDer(readDer(readPem(pem)[0]!.bytes)[0]!.content);
  const [, n, e] = readDer(readDer(wrapped!.content)[0]!.content);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  return { n: text(n!.content.subarray(1)), e: text(e!.content) };
}
