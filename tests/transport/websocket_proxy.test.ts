import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { connectBroker } from "../../src/transport/connect.ts";
import type { ConnectionStatus } from "../../src/transport/transport.ts";
import { createWebSocketTransport } from "../../src/transport/websocket_transport.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { freePorts, natsMembers } from "../support/nats_cluster.ts";
import { startTlsProxy } from "../support/tls_proxy.ts";
import { bytes, Inbox, listen, text, unique } from "./support/world.ts";

describe("a proxy that terminates TLS in front of a cluster", () => {
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  afterAll(() => authority.remove());

  const transport = () =>
    createWebSocketTransport({
      webSocket: (url) => new NodeWebSocket(url, { ca: authority.ca }) as unknown as WebSocket,
    });

  test("is dialed at its path, and never the addresses that the servers advertise", async () => {
    await using members = await natsMembers(2);
    const [port, other] = await freePorts(2) as [number, number];
    const webSocket = (at: number) =>
      `websocket { listen: "127.0.0.1:${at}", no_tls: true, advertise: "127.0.0.1:${at}" }`;
    const server = await members.start(0, { config: webSocket(port) });
    await members.start(1, { config: webSocket(other) });
    await members.formed(server.url, 2);
    await using proxy = await startTlsProxy(await authority.issue(), "/nats?tenant=a", port);
    const url = `wss://localhost:${proxy.port}/nats?tenant=a`;
    await using connection = await connectBroker({ servers: [url] }, transport());
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    const subject = unique("core");
    const { inbox } = await listen(connection, subject);
    proxy.cut();
    while ((await seen.next()).type !== "reconnected");
    connection.publish(subject, bytes("through the proxy"));
    expect(text((await inbox.next()).data)).toBe("through the proxy");
    const dialed = seen.all.filter(({ type }) => type === "reconnecting");
    expect(new Set(dialed.map((status) => "server" in status && status.server)))
      .toEqual(new Set([url]));
    expect(connection.server).toBe(url);
    expect(new Set(proxy.paths)).toEqual(new Set(["/nats?tenant=a"]));
  });
});
