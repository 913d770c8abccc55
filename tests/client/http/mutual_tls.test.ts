import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createClient } from "../../../src/client/mod.ts";
import { credentialProvider } from "../../../src/credentials/credential_provider.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
  type KeyKind,
} from "../../support/certificates.ts";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import { binaryOf, type Program, startProgram } from "../../support/program.ts";
import { rejection } from "../support/http_server.ts";

let authority: CertificateAuthority;
let other: CertificateAuthority;
let client: IssuedCertificate;
let stranger: IssuedCertificate;
let expired: IssuedCertificate;
let nats: NatsServer;
let https: Program;
let url: string;

beforeAll(async () => {
  [authority, other] = await Promise.all([
    createCertificateAuthority(),
    createCertificateAuthority("other"),
  ]);
  const server = await authority.issue({ commonName: "server" });
  [client, stranger, expired] = await Promise.all([
    authority.issue(),
    other.issue(),
    authority.issue({ expired: true }),
  ]);
  nats = await startNatsServer({ tls: { ...server.files, verify: true } });
  // On Node also when another runtime runs the test: not every HTTPS server can request a client certificate.
  const { certFile, keyFile, caFile } = server.files;
  const program = new URL("../support/https_server.mjs", import.meta.url).pathname;
  https = startProgram(binaryOf("node"), [program, certFile, keyFile, caFile]);
  await https.saw("\n");
  url = `https://localhost:${https.output.trim()}`;
});

afterAll(async () => {
  await https[Symbol.asyncDispose]();
  await nats.stop();
  await Promise.all([authority.remove(), other.remove()]);
});

/** Connects to NATS with credentials. Returns `connected`, or the first error. */
async function dial(credentials: Parameters<typeof credentialProvider>[0]): Promise<unknown> {
  const tls = credentialProvider(credentials);
  const failed = new AbortController();
  const connecting = connectBroker({
    servers: [nats.url],
    signal: failed.signal,
    onAttemptFailed: ({ error }) => failed.abort(error),
    ...(tls && { tls }),
  });
  return await connecting.then(async (connection) => {
    await connection.close();
    return "connected";
  }, (error) => error);
}

const texts = ({ cert, key, ca }: IssuedCertificate) => ({ cert, key, ca });

describe("NATS that requires a client certificate", () => {
  it.each<KeyKind>(["rsa", "p256", "p384", "p521"])("accepts a valid one: %s", async (key) => {
    expect(await dial(texts(await authority.issue({ key })))).toBe("connected");
  });

  it("accepts one from a file, with a chain", async () => {
    const { files } = await (await authority.intermediate()).issue({ form: "traditional" });
    expect(await dial(files)).toBe("connected");
  });

  it("rejects another one, and a client without one, with the reason", async () => {
    const reason = async (credentials: Parameters<typeof credentialProvider>[0]) =>
      (await dial(credentials) as { reason?: string }).reason;
    expect(await reason({ ...texts(stranger), ca: authority.ca })).toBe(
      "client-certificate-untrusted",
    );
    expect(await reason({ ca: authority.ca })).toBe("client-certificate-missing");
    expect(await reason({ ...texts(client), ca: other.ca })).toBe("server-certificate");
  });

  it("is not contacted with one that has expired or does not match its key", () => {
    expect(() => credentialProvider(texts(expired))).toThrow(ConfigError);
    expect(() => credentialProvider(texts(expired))).toThrow(
      /credentials\.cert: it expired on/,
    );
    const mismatched = { ...texts(client), key: stranger.key };
    expect(() => credentialProvider(mismatched)).toThrow(
      /credentials\.key: it is not the key of the first certificate/,
    );
  });
});

describe("HTTPS that requires a client certificate", () => {
  const health = (credentials: Parameters<typeof createClient>[0]) =>
    createClient({ url, retry: false, ...credentials }).health();

  it("accepts a valid one, as text and from a file", async () => {
    expect(await health({ credentials: texts(client) })).toEqual({ status: "client", time: "" });
    expect(await health({ credentials: client.files })).toEqual({ status: "client", time: "" });
  });

  it("supports request bodies, empty responses, errors and streams", async () => {
    const api = createClient({ url, credentials: texts(client), retry: false });
    expect(await api.createPipeline({ name: "ship", resource: "workflow", steps: ["build"] }))
      .toMatchObject({
        name: "ship",
        steps: [{ driver: "build" }],
      });
    expect(await api.deletePipeline("ship")).toBeUndefined();
    expect(await rejection(api.getPipeline("ship"))).toMatchObject({
      code: "not-found",
      status: 500,
    });
    const messages: string[] = [];
    for await (const { message } of api.streamLogs({ runId: "r1" })) {
      if (messages.push(message) === 2) break;
    }
    expect(messages).toEqual(["one", "two"]);
    const stop = new AbortController();
    const stopped = rejection(api.health({ signal: stop.signal }));
    const reason = new Error("no longer needed");
    stop.abort(reason);
    expect(await stopped).toBe(reason);
  });

  it.each([205, 304, 600, 999])(
    "makes an error of the status %i, and nothing else",
    async (status) => {
      const odd = createClient({
        url: `${url}/status/${status}`,
        credentials: texts(client),
        retry: false,
        timeoutMs: 5000,
      });
      expect(await rejection(odd.health())).toMatchObject({
        code: expect.stringMatching(/^(connection|unreadable-answer|api)$/),
      });
      expect(await health({ credentials: texts(client) })).toMatchObject({ status: "client" });
    },
  );

  it("rejects one of another authority, and a client without one", async () => {
    for (const credentials of [{ ...texts(stranger), ca: authority.ca }, { ca: authority.ca }]) {
      expect(await rejection(health({ credentials }))).toMatchObject({ name: "ConnectionError" });
    }
  });

  it("is rejected by the client when another authority has signed its certificate", async () => {
    for (const credentials of [{ ...texts(client), ca: other.ca }, false] as const) {
      expect(await rejection(health({ credentials }))).toMatchObject({ name: "ConnectionError" });
    }
  });
});
