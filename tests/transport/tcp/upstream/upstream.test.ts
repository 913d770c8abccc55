import { once } from "node:events";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { createCertificateAuthority } from "../../../support/certificates.ts";
import { startNatsServer } from "../../../support/nats_server.ts";
import { commandFor, runProgram } from "../../../support/program.ts";
import { startSilentServer } from "../../../support/silent_server.ts";

// When one of these fails, the library has repaired a fault, and TcpSocket needs no work-around for it.
describe("the client library's own socket", () => {
  test("ends a process on Deno when the server refuses the client certificate", async () => {
    const [authority, other] = await Promise.all([
      createCertificateAuthority(),
      createCertificateAuthority("another authority"),
    ]);
    const [{ files: own }, { files }] = await Promise.all([authority.issue(), other.issue()]);
    await using server = await startNatsServer({ jetstream: false, tls: { ...own, verify: true } });
    const { command, args } = commandFor(
      "deno",
      "tests/transport/tcp/upstream/refused_certificate.ts",
    );
    const { code, output } = await runProgram(command, [
      ...args,
      `localhost:${server.port}`,
      files.certFile,
      files.keyFile,
      authority.caFile,
    ]);
    expect(code).toBe(1);
    expect(output).toContain("Uncaught Error: received fatal alert: UnknownCA");
    await Promise.all([authority.remove(), other.remove()]);
  });

  test("stays open, and goes on, when its attempt has timed out", async () => {
    await using silent = await startSilentServer();
    const connecting = connect({
      servers: `127.0.0.1:${silent.port}`,
      timeout: 100,
      reconnect: false,
    });
    await expect(connecting).rejects.toThrow("timeout");
    const socket = await silent.next();
    socket.write(`INFO ${JSON.stringify({ tls_required: true })}\r\n`);
    const [clientHello] = await once(socket, "data");
    expect(clientHello[0]).toBe(22);
  });

  test("says nothing of a server that closes before INFO", async () => {
    await using silent = await startSilentServer();
    const connecting = connect({ servers: `127.0.0.1:${silent.port}`, reconnect: false });
    const refused = expect(connecting).rejects.toThrow("node provided an undefined error");
    (await silent.next()).end();
    await refused;
  });
});
