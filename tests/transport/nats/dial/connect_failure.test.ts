import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { ConnectFailedError } from "../../../../src/transport/errors.ts";
import type { ConnectOptions } from "../../../../src/transport/transport.ts";
import { createCertificateAuthority } from "../../../support/certificates.ts";
import { createOperator } from "../../../support/nats_operator.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { binaryOf, runProgram } from "../../../support/program.ts";
import { firstFailure } from "../../support/first_failure.ts";

/** Listens on a free port, and returns its URL for NATS. */
async function listen(server: Server, scheme = "nats"): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function start(options: Parameters<typeof startNatsServer>[0]): Promise<NatsServer> {
  const server = await startNatsServer(options);
  onTestFinished(() => server.stop());
  return server;
}

async function certificate() {
  const authority = await createCertificateAuthority("an authority");
  onTestFinished(() => authority.remove());
  return { authority, ...(await authority.issue({ names: "IP:127.0.0.1" })) };
}

/** The error of the first attempt. A peer that sends nothing takes the time of an attempt. */
async function failure(server: string, options: Partial<ConnectOptions> = {}): Promise<Error> {
  const { error } = await firstFailure({
    servers: [server],
    attemptTimeoutMs: 500,
    ...options,
  });
  expect(error.message).toContain(`cannot connect to ${server}: `);
  expect(error).toMatchObject({ code: "connection" });
  return error;
}

test("an HTTP server is told from a server that is away", async () => {
  const error = await failure(await listen(createHttpServer((_, response) => response.end("hi"))));
  expect(error).toBeInstanceOf(ConnectFailedError);
  expect(error).toMatchObject({ reason: "http" });
  expect(error.message).toContain("the peer is not a NATS server: it responds with HTTP");
});

test("so is the monitoring port of nats-server", async () => {
  const server = await start({ config: `http: "127.0.0.1:-1"` });
  const [, monitor] = /Starting http monitor on (\S+)/.exec(server.log)!;
  expect(await failure(`nats://${monitor}`)).toMatchObject({ reason: "http" });
});

test("so is a port that expects TLS at once, of nats-server or of another program", async () => {
  const { cert, key, files } = await certificate();
  const https = await listen(createHttpsServer({ cert, key }) as unknown as Server);
  expect(await failure(https)).toMatchObject({ reason: "tls-first" });
  const nats = await start({
    config: `tls { cert_file: "${files.certFile}", key_file: "${files.keyFile}", ` +
      "handshake_first: true }",
  });
  const error = await failure(nats.url);
  expect(error).toMatchObject({ reason: "tls-first" });
  expect(error.message).toContain("handshake_first");
});

test("so is another program that speaks first, by what it sends", async () => {
  const url = await listen(createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")));
  const error = await failure(url);
  expect(error).toMatchObject({ reason: "other-protocol" });
  expect(error.message).toContain(`it responds with "SSH-2.0-OpenSSH_9.6"`);
});

test("so is a port that accepts connections and sends nothing", async () => {
  const sockets: { destroy(): void }[] = [];
  const url = await listen(createServer((socket) => sockets.push(socket)));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  const error = await failure(url);
  expect(error).not.toHaveProperty("reason"); // The server may be frozen, which passes.
  expect(error.message).toContain("the port accepts connections and sends nothing");
});

test("a server that is away is one", async () => {
  const server = createServer();
  const url = await listen(server);
  server.close();
  await once(server, "close");
  const error = await failure(url);
  expect(error).not.toHaveProperty("reason");
  expect(error.message).toContain("is the server up, and is the URL correct?");
  expect(error.message).not.toContain("accepts connections");
});

test("a diagnosis ends when the signal fires", async () => {
  const opened: (() => void)[] = [];
  const sockets: { destroy(): void }[] = [];
  const url = await listen(createServer((socket) => {
    sockets.push(socket);
    opened.shift()?.();
  }));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  const attempted = new Promise<void>((resolve) => opened.push(resolve));
  const probed = new Promise<void>((resolve) => opened.push(resolve));
  const ending = new AbortController();
  const connecting = connectBroker({
    servers: [url],
    attemptTimeoutMs: 500,
    signal: ending.signal,
    onAttemptFailed: () => ending.abort(new Error("the diagnosis did not end")),
  });
  await attempted;
  await probed;
  ending.abort(new Error("no longer wanted"));
  await expect(connecting).rejects.toThrow("no longer wanted");
});

test("a server without TLS is told to a client that requires it", async () => {
  const server = await start({});
  const { authority } = await certificate();
  for (
    const [url, options] of [
      [server.url.replace("nats:", "tls:"), {}],
      [server.url, { tls: { ca: authority.ca } }],
    ] as const
  ) {
    const error = await failure(url, options);
    expect(error).toMatchObject({ reason: "no-tls" });
    expect(error.message).toContain("use nats:// without a certificate");
  }
});

test("a server that requires TLS is told to a client without a certificate authority", async () => {
  const { authority, files } = await certificate();
  const server = await start({ tls: files });
  const url = server.url.replace("tls:", "nats:");
  const error = await failure(url);
  expect(error).toMatchObject({ name: "TlsError", reason: "server-certificate" });
  expect(error.message).toContain("set ca");
  await using connection = await connectBroker({ servers: [url], tls: { ca: authority.ca } });
  expect(connection.connected).toBe(true);
});

test("a server that refuses the user is told with what to do", async () => {
  const operator = createOperator();
  const [passwords, tokens] = await Promise.all([
    start({ config: `authorization { user: "deploy", password: "right" }` }),
    start({ config: operator.config }),
  ]);
  const expired = operator.creds("deploy", Math.floor(Date.now() / 1000) - 60);
  for (
    const [url, auth, remedy] of [
      [passwords.url, undefined, "no authentication is set"],
      [passwords.url, { user: "deploy", password: "wrong" }, "check auth"],
      [tokens.url, { creds: createOperator().creds("deploy") }, "check auth"],
      [tokens.url, { creds: expired }, "the credentials expired at 20"],
    ] as const
  ) {
    const error = await failure(url, auth && { auth });
    expect(error).toMatchObject({ reason: "authentication" });
    expect(error.message).toContain(`the server responds "Authorization Violation"; ${remedy}`);
    expect(error.message).not.toContain("wrong");
  }
});

test("a cause that changes is in the next error, and the connection is made when it passes", async () => {
  const server = await start({ config: `authorization { user: "deploy", password: "right" }` });
  const url = server.url;
  const { port } = server;
  await server.stop();
  const failures: string[] = [];
  const http = createHttpServer((_, response) => response.end("hi"));
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  await using connection = await connectBroker({
    servers: [url],
    attemptTimeoutMs: 500,
    auth: () => ({
      user: "deploy",
      password: failures.includes("authentication") ? "right" : "no",
    }),
    async onAttemptFailed({ error }) {
      failures.push((error as ConnectFailedError).reason);
      if (failures.length > 1) return;
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await start({
        port,
        config: `authorization { user: "deploy", password: "right" }`,
      });
    },
  });
  expect(connection.connected).toBe(true);
  expect(failures[0]).toBe("http");
  expect(failures.at(-1)).toBe("authentication");
});

test.each([
  ["nats://127.0.0.1:4222", "--allow-net=127.0.0.1:4222"],
  ["nats://localhost:4222", "--allow-net=localhost:4222"],
  ["tls://localhost:4222", "--allow-net=localhost:4222"],
  ["ws://127.0.0.1:4222", "--allow-net=127.0.0.1:4222"],
])("Deno's missing permission for %s is named", async (url, flag) => {
  const program = "tests/transport/support/connect_once.ts";
  const args = ["run", "--no-prompt", "--allow-read", program, url];
  const { output } = await runProgram(binaryOf("deno"), args);
  expect(output).toContain(`runtime-permission cannot connect to ${url}: `);
  expect(output).toContain(`on Deno, run with ${flag}`);
});
