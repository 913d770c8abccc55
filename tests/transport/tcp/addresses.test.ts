import { once } from "node:events";
import dns from "node:dns/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { ConnectOptions } from "../../../src/transport/transport.ts";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { firstFailure } from "../support/first_failure.ts";

const ADDRESSES = [{ address: "127.0.0.1", family: 4 }, { address: "::1", family: 6 }];

/** A name with several addresses is not there on every machine, so the answer of the resolver is replaced. */
function resolveTo(addresses: { address: string; family: number }[]) {
  return vi.spyOn(dns, "lookup").mockResolvedValue(addresses as never);
}
afterEach(() => void vi.restoreAllMocks());

/** A port of an address that accepts connections and never responds. */
async function startSilent(address: string): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), "close");
    },
  };
}

/** Connects, and returns the server and how many attempts have failed. */
async function connectTo(options: ConnectOptions): Promise<[string, number]> {
  let failed = 0;
  await using connection = await connectBroker({
    attemptTimeoutMs: 1000,
    ...options,
    onAttemptFailed: () => failed++,
  });
  return [connection.server, failed];
}

describe("a name with several addresses", () => {
  test.each(
    [
      ["127.0.0.1", "[::1]", ADDRESSES],
      ["::1", "127.0.0.1", [...ADDRESSES].reverse()],
    ] as const,
  )(
    "is usable when only %s accepts connections and does not respond",
    async (silentAddress, host, addresses) => {
      resolveTo([...addresses]);
      await using silent = await startSilent(silentAddress);
      await using server = await startNatsServer({ host, port: silent.port, jetstream: false });
      const url = `nats://localhost:${server.port}`;
      const [connected, failed] = await connectTo({ servers: [url] });
      expect(connected).toBe(url);
      expect(failed).toBeLessThanOrEqual(2);
    },
  );

  test.each(["127.0.0.1", "[::1]"] as const)(
    "is usable when a server is at %s only",
    async (host) => {
      resolveTo(ADDRESSES);
      await using server = await startNatsServer({ host, jetstream: false });
      const url = `nats://localhost:${server.port}`;
      expect((await connectTo({ servers: [url] }))[0]).toBe(url);
    },
  );

  test("has its certificate verified for the name, whichever address is dialed", async () => {
    resolveTo(ADDRESSES);
    const authority = await createCertificateAuthority();
    const { files } = await authority.issue({ names: "DNS:localhost" });
    await using silent = await startSilent("127.0.0.1");
    const options = { host: "[::1]", port: silent.port, jetstream: false } as const;
    await using server = await startNatsServer({ ...options, tls: files });
    const url = `tls://localhost:${server.port}`;
    const [connected] = await connectTo({ servers: [url], tls: { ca: authority.ca } });
    expect(connected).toBe(url);
    await authority.remove();
  });

  test("that cannot be resolved fails its attempts, and nothing else", async () => {
    const { error, attempt } = await firstFailure({ servers: ["nats://name.invalid:4222"] });
    expect([attempt, (error as { code?: string }).code]).toEqual([1, "connection"]);
    expect(error.message).toContain("cannot connect to nats://name.invalid:4222");
  });
});

describe("an IPv6 address", () => {
  test("is a server's, with TLS or without", async () => {
    const authority = await createCertificateAuthority();
    const { files } = await authority.issue({ names: "IP:::1" });
    await using plain = await startNatsServer({ host: "[::1]", jetstream: false });
    await using encrypted = await startNatsServer({ host: "[::1]", jetstream: false, tls: files });
    expect(await connectTo({ servers: [plain.url] })).toEqual([plain.url, 0]);
    expect(plain.url).toBe(`nats://[::1]:${plain.port}`);
    const secure = { servers: [encrypted.url], tls: { ca: authority.ca } };
    expect(await connectTo(secure)).toEqual([encrypted.url, 0]);
    await authority.remove();
  });
});
