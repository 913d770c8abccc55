import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fileURLToPath } from "node:url";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { commandFor, currentRuntime, runProgram } from "../support/program.ts";
import { startTlsProxy } from "../support/tls_proxy.ts";

const PROGRAM = fileURLToPath(new URL("support/one_attempt.ts", import.meta.url));

describe("an authority that the runtime trusts", () => {
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  afterAll(() => authority.remove());

  /** Connects in a process of this runtime that trusts the authority. */
  async function connectOnce(url: string): Promise<string> {
    const { command, args } = commandFor(currentRuntime(), PROGRAM);
    const env = { NODE_EXTRA_CA_CERTS: authority.caFile, DENO_CERT: authority.caFile };
    return (await runProgram(command, [...args, url], { env })).output;
  }

  test("verifies the host of the URL where the server, and not the URL, requires TLS", async () => {
    for (
      const [names, right, wrong] of [
        ["IP:127.0.0.1", "127.0.0.1", "localhost"],
        ["DNS:localhost", "localhost", "127.0.0.1"],
      ] as const
    ) {
      const { files } = await authority.issue({ names });
      await using server = await startNatsServer({ tls: files, jetstream: false });
      const url = (host: string) => `nats://${host}:${server.port}`;
      expect(await connectOnce(url(right))).toContain(`connected to ${url(right)}`);
      expect(await connectOnce(url(wrong))).toContain(
        `cannot connect to ${url(wrong)}: its certificate cannot be verified for ${wrong}`,
      );
    }
  });

  test("verifies nothing where a ca is given, which replaces it", async () => {
    const other = await createCertificateAuthority("other");
    onTestFinished(() => other.remove());
    const { files } = await authority.issue();
    await using server = await startNatsServer({ tls: files, jetstream: false });
    const url = `tls://127.0.0.1:${server.port}`;
    expect(await connectOnce(url)).toContain(`connected to ${url}`);
    expect(await connectOnce(`${url}=${other.caFile}`)).toContain(
      `cannot connect to ${url}: its certificate cannot be verified`,
    );
  });

  test("verifies a wss:// URL with a path in the WebSocket of the runtime, where it has one", async () => {
    await using server = await startNatsServer({ websocket: true, jetstream: false });
    const port = Number(new URL(server.wsUrl).port);
    await using proxy = await startTlsProxy(await authority.issue(), "/nats", port);
    const url = `wss://localhost:${proxy.port}/nats`;
    const hasWebSocket = typeof WebSocket === "function"; // Node 20 has none.
    expect(await connectOnce(url)).toContain(
      hasWebSocket
        ? `connected to ${url}`
        : `cannot connect to ${url}: this runtime has no WebSocket`,
    );
  });
});
