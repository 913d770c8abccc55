import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection, ConnectionStatus } from "../../../../src/transport/transport.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../support/certificates.ts";
import { freePorts, natsMembers } from "../../../support/nats_cluster.ts";
import { startNatsServer } from "../../../support/nats_server.ts";
import { startTcpProxy } from "../../../support/tcp_proxy.ts";
import { bytes, Inbox, listen, text, unique } from "../../support/world.ts";

function statuses(connection: Connection): Inbox<ConnectionStatus> {
  const seen = new Inbox<ConnectionStatus>();
  connection.onStatus((status) => seen.put(status));
  return seen;
}

/** Waits until the connection is restored. */
async function restored(seen: Inbox<ConnectionStatus>): Promise<void> {
  while ((await seen.next()).type !== "reconnected");
}

/** The next servers that it dials. */
async function dialed(seen: Inbox<ConnectionStatus>, count: number): Promise<string[]> {
  const servers: string[] = [];
  while (servers.length < count) {
    const status = await seen.next();
    if (status.type === "reconnecting") servers.push(status.server);
  }
  return servers;
}

describe("the members of a cluster", () => {
  test("are learned when they join after the connect: the seed may end", async () => {
    await using members = await natsMembers(2);
    const seed = await members.start(0);
    await using connection = await connectBroker({ servers: [seed.url] });
    const seen = statuses(connection);
    const subject = unique("core");
    const { inbox } = await listen(connection, subject);
    const joined = await members.start(1);
    await members.formed(seed.url, 2);
    await connection.flush();
    await seed.kill("SIGKILL");
    await restored(seen);
    expect(connection.server).toBe(joined.url);
    connection.publish(subject, bytes("healed"));
    expect(text((await inbox.next()).data)).toBe("healed");
  });

  test("are forgotten when they leave, and the configured one is not", async () => {
    await using members = await natsMembers(3);
    const servers = await Promise.all([0, 1, 2].map((at) => members.start(at)));
    const [seed, stays, leaves] = servers as [
      typeof servers[0],
      typeof servers[0],
      typeof servers[0],
    ];
    await members.formed(seed.url, 3);
    await using connection = await connectBroker({ servers: [seed.url] });
    const seen = statuses(connection);
    const left = members.formed(seed.url, 2);
    await leaves.kill("SIGTERM");
    await left;
    await connection.flush();
    await Promise.all([seed.kill("SIGKILL"), stays.kill("SIGKILL")]);
    const rounds = await dialed(seen, 4);
    expect(new Set(rounds)).toEqual(new Set([stays.url, seed.url]));
    await seed.restart();
    await restored(seen);
    expect(connection.server).toBe(seed.url);
  });

  test("stay where they are configured, whatever the cluster reports", async () => {
    await using members = await natsMembers(2);
    const [first, second] = await Promise.all([0, 1].map((at) => members.start(at)));
    await members.formed(first!.url, 2);
    await using connection = await connectBroker({ servers: [first!.url, second!.url] });
    const seen = statuses(connection);
    const left = members.formed(first!.url, 1);
    await second!.kill("SIGTERM");
    await left;
    await using alone = await startNatsServer({ port: second!.port, jetstream: false });
    await connection.flush();
    await first!.kill("SIGKILL");
    await restored(seen);
    expect(connection.server).toBe(alone.url);
  });

  test("are not dialed when a server refuses the connection", async () => {
    await using members = await natsMembers(2);
    const [port] = await freePorts(1) as [number];
    await using proxy = await startTcpProxy(port);
    await members.start(1, { port, config: `client_advertise: "127.0.0.1:${proxy.port}"` });
    const strict = await members.start(0, { config: `authorization { token: "t0k3n" }` });
    await members.formed(strict.url, 2, { token: "t0k3n" });
    const failures = new Inbox<string>();
    const ending = new AbortController();
    const connecting = connectBroker({
      servers: [strict.url],
      signal: ending.signal,
      onAttemptFailed: ({ server }) => failures.put(server),
    });
    const refused = expect(connecting).rejects.toThrow("enough");
    expect(await failures.take(2)).toEqual([strict.url, strict.url]);
    ending.abort(new Error("enough"));
    await refused;
    expect(proxy.connections).toBe(0);
  });
});

describe("the certificate of a member that was learned", () => {
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  afterAll(() => authority.remove());

  const issue = async (names: string) => (await authority.issue({ names })).files;

  test("is verified for the name in the URL when the cluster advertises addresses", async () => {
    await using members = await natsMembers(2);
    const tls = await issue("DNS:localhost");
    const seed = await members.start(0, { tls });
    await using connection = await connectBroker({
      servers: [`tls://localhost:${seed.port}`],
      tls: { ca: authority.ca },
    });
    const seen = statuses(connection);
    const joined = await members.start(1, { tls });
    await members.formed(`tls://localhost:${seed.port}`, 2, { tls: { ca: authority.ca } });
    await connection.flush();
    await seed.kill("SIGKILL");
    await restored(seen);
    expect(connection.server).toBe(joined.url);
  });

  test("is verified for the name that the member advertises", async () => {
    await using members = await natsMembers(2);
    const seed = await members.start(0, { tls: await issue("DNS:localhost,IP:127.0.0.1") });
    const [port] = await freePorts(1) as [number];
    await using connection = await connectBroker({
      servers: [seed.url],
      tls: { ca: authority.ca },
    });
    const seen = statuses(connection);
    await members.start(1, {
      tls: await issue("DNS:localhost"),
      port,
      config: `client_advertise: "localhost:${port}"`,
    });
    await members.formed(`tls://localhost:${seed.port}`, 2, { tls: { ca: authority.ca } });
    await connection.flush();
    await seed.kill("SIGKILL");
    await restored(seen);
    expect(connection.server).toBe(`tls://localhost:${port}`);
  });
});
