import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nkeyAuthenticator, nkeys } from "@nats-io/nats-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectAuth } from "../../../../src/transport/auth.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection } from "../../../../src/transport/transport.ts";
import { createOperator } from "../../../support/nats_operator.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { webSocketTransport } from "../../../support/web_socket.ts";
import { firstFailure } from "../../support/first_failure.ts";
import { Inbox } from "../../support/world.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "auth-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Connects over TCP and over WebSocket, and expects JetStream to respond on both. */
async function expectConnected(server: NatsServer, auth: ConnectAuth): Promise<void> {
  const connecting: Promise<Connection>[] = [
    connectBroker({ servers: [server.url], auth }),
    connectBroker({ servers: [server.wsUrl], auth }, webSocketTransport()),
  ];
  for (const each of connecting) {
    await using connection = await each;
    await expect(connection.streamInfo("absent")).resolves.toBeUndefined();
  }
}

describe("a server in operator mode", () => {
  const operator = createOperator();
  const creds = operator.creds("deploy");
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer({ websocket: true, config: operator.config });
  });
  afterAll(() => server.stop());

  test("accepts the text of a credentials file", async () => {
    await expectConnected(server, { creds });
  });

  test("accepts the text with other line ends, and without the last one", async () => {
    await expectConnected(server, { creds: creds.trim().replaceAll("\n", "\r\n") });
  });

  test("accepts the path of a credentials file", async () => {
    const credsFile = join(folder, "deploy.creds");
    await writeFile(credsFile, creds);
    await expectConnected(server, { credsFile });
  });

  test("a credentials file that was renewed is used by the next attempt", async () => {
    const credsFile = join(folder, "renewed.creds");
    await writeFile(credsFile, createOperator().creds("of another operator"));
    const failures = new Inbox<{ error: Error }>();
    const connecting = connectBroker({
      servers: [server.url],
      auth: { credsFile },
      onAttemptFailed: (failure) => failures.put(failure),
    });
    expect((await failures.next()).error.message).toMatch(/authorization/i);
    await writeFile(credsFile, creds);
    await using connection = await connecting;
    expect(connection.server).toBe(server.url);
  });

  test("a connection is restored with the renewed credentials file", async () => {
    const other = createOperator();
    const credsFile = join(folder, "lasting.creds");
    await writeFile(credsFile, creds);
    const [first, second] = await Promise.all([
      startNatsServer({ config: operator.config }),
      startNatsServer({ config: other.config }),
    ]);
    await using connection = await connectBroker({
      servers: [first.url, second.url],
      auth: { credsFile },
    });
    const restored = new Inbox<string>();
    connection.onStatus((status) => status.type === "reconnected" && restored.put(status.server));
    await writeFile(credsFile, other.creds("deploy"));
    await first.stop();
    expect(await restored.next()).toBe(second.url);
    await connection.close();
    await second.stop();
  });

  test("a failed attempt shows neither the JWT nor the seed", async () => {
    const foreign = createOperator().creds("of another operator");
    const { error } = await firstFailure({ servers: [server.url], auth: { creds: foreign } });
    const [jwt, seed] = foreign.match(/[\w.-]{40,}/g)!;
    expect(error.message).not.toContain(jwt);
    expect(error.message).not.toContain(seed);
  });
});

describe("a server with NKeys", () => {
  const user = nkeys.createUser();
  const seed = new TextDecoder().decode(user.getSeed());
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer({
      websocket: true,
      config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
    });
  });
  afterAll(() => server.stop());

  test("accepts a seed", async () => {
    await expectConnected(server, { nkey: seed });
  });

  test("accepts the path of a file with a seed", async () => {
    const nkeyFile = join(folder, "deploy.nk");
    await writeFile(nkeyFile, `${seed}\n`);
    await expectConnected(server, { nkeyFile });
  });

  test("accepts an authenticator of the client library", async () => {
    await expectConnected(server, {
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    });
  });

  test("refuses another user's seed, and the error does not show it", async () => {
    const other = new TextDecoder().decode(nkeys.createUser().getSeed());
    const { error } = await firstFailure({ servers: [server.url], auth: { nkey: other } });
    expect(error.message).toMatch(/authorization/i);
    expect(error.message).not.toContain(other);
  });
});

describe("before anything is sent", () => {
  const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
  const damaged = `${seed.slice(0, -4)}AAAA`;

  test.each<[string, ConnectAuth]>([
    ["auth.nkey", { nkey: damaged }],
    ["auth.creds", { creds: damaged }],
    ["auth.nkeyFile", { nkeyFile: "/absent/deploy.nk" }],
    ["auth.credsFile", { credsFile: "/absent/deploy.creds" }],
  ])("an invalid %s is refused, and the error shows no part of it", async (field, auth) => {
    const connecting = connectBroker({ servers: ["nats://127.0.0.1:1"], auth });
    await expect(connecting).rejects.toMatchObject({ code: "config", field });
    await expect(connecting).rejects.not.toThrow(damaged);
  });
});
