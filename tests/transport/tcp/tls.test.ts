import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { TlsError, type TlsFailureReason } from "../../../src/transport/errors.ts";
import type { TlsMaterial } from "../../../src/transport/transport.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
  type KeyKind,
} from "../../support/certificates.ts";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";

let authority: CertificateAuthority;
let other: CertificateAuthority;
let server: NatsServer;

beforeAll(async () => {
  [authority, other] = await Promise.all([
    createCertificateAuthority("the server's authority"),
    createCertificateAuthority("another authority"),
  ]);
  const { files } = await authority.issue({ commonName: "server" });
  server = await startNatsServer({ tls: { ...files, verify: true } });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([authority.remove(), other.remove()]);
});

function material(
  { cert, key }: IssuedCertificate,
  { ca }: { ca: string } = authority,
): TlsMaterial {
  return { cert, key, ca };
}

/** The error of the first attempt. */
function failure(tls: TlsMaterial | undefined, url = server.url): Promise<Error> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    connectBroker({
      servers: [url],
      ...(tls ? { tls } : {}),
      signal: ending.signal,
      onAttemptFailed({ error }) {
        ending.abort(new Error("enough"));
        resolve(error);
      },
    }).then(() => reject(new Error("the server accepted the connection")), () => undefined);
  });
}

function expectReason(error: Error, reason: TlsFailureReason): void {
  expect(error).toBeInstanceOf(TlsError);
  expect(error).toMatchObject({ reason, code: "connection" });
  expect(error.message).toContain(server.url);
  expect(error.message).not.toContain("PRIVATE KEY");
}

describe("mutual TLS", () => {
  test.each<KeyKind>(["rsa", "p256", "p384", "p521"])("accepts a %s certificate", async (key) => {
    const tls = material(await authority.issue({ key }));
    await using connection = await connectBroker({ servers: [server.url], tls });
    expect(connection.connected).toBe(true);
  });

  test("accepts a chain, and a key in the traditional format", async () => {
    const intermediate = await authority.intermediate();
    const tls = material(await intermediate.issue({ key: "rsa", form: "traditional" }));
    await using connection = await connectBroker({ servers: [server.url], tls });
    expect(connection.server).toBe(server.url);
  });

  test("rejects a certificate of another authority", async () => {
    expectReason(
      await failure(material(await other.issue())),
      "client-certificate-untrusted",
    );
  });

  test("rejects an expired certificate", async () => {
    const expired = await authority.issue({ expired: true });
    expectReason(await failure(material(expired)), "client-certificate-expired");
  });

  test("rejects a client without a certificate", async () => {
    expectReason(await failure({ ca: authority.ca }), "client-certificate-missing");
  });

  test("rejects a server of another authority", async () => {
    const tls = material(await authority.issue(), other);
    expectReason(await failure(tls), "server-certificate");
    expectReason(await failure(undefined), "server-certificate");
  });

  test("rejects at once when key and certificate do not match, or cannot be parsed", async () => {
    const [one, two] = await Promise.all([authority.issue(), authority.issue()]);
    for (
      const tls of [
        { ...material(one), key: two.key },
        { ...material(one), key: "no key" },
        { ...material(one), cert: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
      ]
    ) {
      const connecting = connectBroker({ servers: [server.url], tls });
      await expect(connecting).rejects.toThrow(ConfigError);
      await expect(connecting).rejects.toMatchObject({ field: "tls" });
    }
  });

  test("reloads the certificate before every attempt", async () => {
    const [expired, renewed] = await Promise.all([
      authority.issue({ expired: true }),
      authority.issue(),
    ]);
    const given = [expired, renewed];
    const failures: Error[] = [];
    await using connection = await connectBroker({
      servers: [server.url],
      tls: () => material(given.shift()!),
      onAttemptFailed: ({ error }) => failures.push(error),
    });
    expect(connection.connected).toBe(true);
    expect(failures).toHaveLength(1);
  });
});

describe("a server's certificate", () => {
  test("must be valid for the name or the address in the URL", async () => {
    const [forAddress, forName] = await Promise.all([
      authority.issue({ names: "IP:127.0.0.1" }),
      authority.issue({ names: "DNS:localhost" }),
    ]);
    const tls = { ca: authority.ca };
    for (
      const [certificate, right, wrong] of [
        [forAddress, "127.0.0.1", "localhost"],
        [forName, "localhost", "127.0.0.1"],
      ] as const
    ) {
      const single = await startNatsServer({ tls: certificate.files });
      await using connection = await connectBroker({
        servers: [`tls://${right}:${single.port}`],
        tls,
      });
      expect(connection.connected).toBe(true);
      const error = await failure(tls, `tls://${wrong}:${single.port}`);
      expect(error).toMatchObject({ reason: "server-certificate" });
      await connection.close();
      await single.stop();
    }
  });
});
