import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDriver } from "../../../src/driver.ts";
import { createMasker } from "../../../src/logger/masking/masker.ts";
import { connectManager } from "../../../src/manager/lifecycle/connect.ts";
import { resolveOptions } from "../../../src/manager/options.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { TlsMaterial } from "../../../src/transport/transport.ts";
import { createWebSocketTransport } from "../../../src/transport/websocket_transport.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../../support/certificates.ts";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import { firstFailure } from "../support/first_failure.ts";
import { Inbox } from "../support/world.ts";

let authority: CertificateAuthority;
let certificate: IssuedCertificate;
let server: NatsServer;
let tls: TlsMaterial;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  certificate = await authority.issue();
  const { cert, key, ca, files } = certificate;
  tls = { cert, key, ca, handshakeFirst: true };
  server = await startNatsServer({
    jetstream: false,
    tls: { ...files, verify: true, handshakeFirst: true },
  });
});
afterAll(async () => {
  await server.stop();
  await authority.remove();
});

describe("a server that begins with the TLS handshake", () => {
  test("accepts a connection, with any scheme, and restores it", async () => {
    for (const url of [server.url, server.url.replace("tls:", "nats:")]) {
      await using connection = await connectBroker({ servers: [url], tls });
      const statuses = new Inbox<string>();
      connection.onStatus(({ type }) => type === "reconnected" && statuses.put(type));
      await server.restart();
      await statuses.next();
      await connection.flush();
      expect(connection.connected).toBe(true);
      await connection.close();
    }
  });

  test("accepts a manager", async () => {
    const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });
    const { cert, key, ca } = certificate;
    const given = {
      driver,
      servers: server.url,
      credentials: { cert, key, ca },
      tls: { handshakeFirst: true },
    };
    const source = { given, options: resolveOptions(given), masker: createMasker(), emit() {} };
    const connection = await connectManager(source, new AbortController().signal);
    expect(connection?.connected).toBe(true);
    await connection?.close();
  });

  test("is verified, and verifies the client", async () => {
    const other = await createCertificateAuthority("another authority");
    const { cert, key } = await other.issue();
    for (
      const [material, reason] of [
        [{ ...tls, ca: other.ca }, "server-certificate"],
        [{ ...tls, cert, key }, "client-certificate-untrusted"],
        [{ ca: authority.ca, handshakeFirst: true }, "client-certificate-missing"],
      ] as const
    ) {
      const { error } = await firstFailure({ servers: [server.url], tls: material });
      expect(error).toMatchObject({ name: "TlsError", reason });
    }
    await other.remove();
  });

  test("is refused without the option, which the error names", async () => {
    const { error } = await firstFailure({ servers: [server.url], tls: { ca: authority.ca } });
    expect(error.message).toContain("tls.handshakeFirst");
  });
});

test("a server that begins with INFO is refused with the option", async () => {
  for (const options of [{ tls: certificate.files }, {}]) {
    await using usual = await startNatsServer({ jetstream: false, ...options });
    const { error } = await firstFailure({ servers: [usual.url], tls });
    expect(error).toMatchObject({ name: "TlsError", reason: "handshake-first" });
    expect(error.message).toContain(usual.url);
  }
});

test("a WebSocket is refused with the option", async () => {
  const open = (): WebSocket => {
    throw new Error("it was opened");
  };
  for (const transport of [undefined, createWebSocketTransport({ webSocket: open })]) {
    const options = { servers: ["wss://127.0.0.1:1"], tls: { handshakeFirst: true } };
    await expect(connectBroker(options, transport)).rejects.toMatchObject({
      code: "config",
      field: "tls.handshakeFirst",
    });
  }
});
