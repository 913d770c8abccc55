import { once } from "node:events";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { ConnectionStatus } from "../../../src/transport/transport.ts";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { startSilentServer } from "../../support/silent_server.ts";
import { firstFailure } from "../support/first_failure.ts";

/** The INFO of a server that requires TLS. */
const TLS_INFO = `INFO ${JSON.stringify({ tls_required: true, proto: 1 })}\r\n`;

test("a refused client certificate fails every attempt, and never ends the process", async () => {
  const [authority, other] = await Promise.all([
    createCertificateAuthority(),
    createCertificateAuthority("another authority"),
  ]);
  const { files } = await authority.issue();
  const { cert, key } = await other.issue();
  for (const handshakeFirst of [false, true]) {
    await using server = await startNatsServer({
      jetstream: false,
      tls: { ...files, verify: true, handshakeFirst },
    });
    const tls = { cert, key, ca: authority.ca, handshakeFirst };
    for (let attempt = 0; attempt < 50; attempt++) {
      const { error } = await firstFailure({ servers: [server.url], tls });
      expect(error).toMatchObject({ name: "TlsError", reason: "client-certificate-untrusted" });
    }
  }
  await Promise.all([authority.remove(), other.remove()]);
});

test("an attempt that times out does not affect one to another server at the same time", async () => {
  await using server = await startNatsServer({ jetstream: false });
  await using silent = await startSilentServer();
  const [connection, { error }] = await Promise.all([
    connectBroker({ servers: [server.url] }).then((connection) => {
      const seen: ConnectionStatus[] = [];
      connection.onStatus((status) => seen.push(status));
      return Object.assign(connection, { seen });
    }),
    firstFailure({ servers: [`nats://127.0.0.1:${silent.port}`], attemptTimeoutMs: 300 }),
  ]);
  expect(error.message).toContain("cannot connect");
  await connection.flush();
  expect(connection.seen).toEqual([]);
  await connection.close();
});

describe("an attempt that times out closes its socket", () => {
  test.each([
    ["while it waits for INFO", "", {}],
    ["during the TLS handshake", TLS_INFO, {}],
    ["during a TLS handshake before INFO", "", { tls: { handshakeFirst: true } }],
  ])("%s", async (_, greeting, options) => {
    await using silent = await startSilentServer(greeting);
    const servers = [`nats://127.0.0.1:${silent.port}`];
    const failed = firstFailure({ servers, attemptTimeoutMs: 300, ...options });
    const socket = await silent.next();
    await once(socket, "close");
    expect((await failed).error).toMatchObject({ code: "connection" });
  });
});

test("a server that closes before INFO is reported as such", async () => {
  await using silent = await startSilentServer();
  const failed = firstFailure({ servers: [`nats://127.0.0.1:${silent.port}`] });
  (await silent.next()).end();
  expect((await failed).error.message).toContain(
    "the server has closed the connection before INFO",
  );
});

test("a program's own connection of the client library reconnects with its certificate files", async () => {
  const authority = await createCertificateAuthority();
  const { cert, key, ca, files } = await authority.issue();
  const server = await startNatsServer({ jetstream: false, tls: { ...files, verify: true } });
  const own = await connect({
    servers: `localhost:${server.port}`,
    tls: files,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  const reconnected = async () => {
    for await (const { type } of own.status()) if (type === "reconnect") return;
  };
  await using connection = await connectBroker({ servers: [server.url], tls: { cert, key, ca } });
  await Promise.all([reconnected(), server.restart()]);
  await own.flush();
  expect(own.isClosed()).toBe(false);
  await own.close();
  await connection.close();
  await server.stop();
  await authority.remove();
});
