import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWithParent } from "./end_with_parent.ts";
import { findNatsServer, installNatsServer } from "./nats_binary.ts";
import { type Program, startProgram } from "./program.ts";

/** Files of a server's certificate, and whether clients must show one too. */
export interface ServerTls {
  certFile: string;
  keyFile: string;
  caFile: string;
  /** Whether a client must show a certificate. */
  verify?: boolean;
  /** Whether the TLS handshake comes before INFO. */
  handshakeFirst?: boolean;
}

/** How to start a nats-server. */
export interface NatsServerOptions {
  /** A release such as `v2.10.27`; unless set, the one that {@linkcode findNatsServer} finds. */
  release?: string | undefined;
  /** Whether it also listens for WebSocket connections, without TLS. */
  websocket?: boolean;
  tls?: ServerTls;
  /** Whether it has JetStream. */
  jetstream?: boolean;
  /** The domain of its JetStream. */
  domain?: string;
  /** Further lines of its configuration: a function is called at every start and reload. */
  config?: string | (() => string);
  /** Further settings of its JetStream, for example `max_file_store: 1MB`. */
  storeConfig?: string;
  /** The folder of its store; one of its own unless set. */
  storeFolder?: string;
  /** A command that runs it, for example in a namespace: it gets the server's command as its last arguments. */
  within?: readonly [command: string, ...args: string[]];
  /** Address to listen at. @default {"127.0.0.1"} */
  host?: "127.0.0.1" | "[::1]";
  /** Where to listen from the first start on; any free port unless set. */
  port?: number;
}

/** A nats-server, unless asked otherwise with JetStream on file storage, on 127.0.0.1. Disposing of it ends it and removes its files. */
export interface NatsServer extends AsyncDisposable {
  /** `nats://127.0.0.1:port`, or `tls://…` when it has a certificate. */
  readonly url: string;
  /** `ws://127.0.0.1:port`; empty unless asked for. */
  readonly wsUrl: string;
  readonly port: number;
  readonly pid: number;
  /** What it has logged since it was last started. */
  readonly log: string;
  /** Resolves when it has logged this since it was last started. */
  saw(text: string): Promise<void>;
  /** Sends it a signal, and resolves when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /**
   * Starts it again on the same ports and files, ending it first if it still runs; with other further lines of its configuration
   * if they are given. @param signal `SIGKILL` unless set
   */
  restart(config?: string, signal?: NodeJS.Signals): Promise<void>;
  /** Has it read its configuration again while it runs, with other further lines if they are given. */
  reload(config?: string): Promise<void>;
  /** Removes all that it has stored. It must have ended. */
  removeStore(): Promise<void>;
  stop(): Promise<void>;
}

/** The releases to test: the one that is found, and those that `NATS_SERVER_RELEASES` names, for example `v2.10.27,v2.15.2`. */
export function testedReleases(): (string | undefined)[] {
  const named = (process.env["NATS_SERVER_RELEASES"] ?? "").split(",");
  return [undefined, ...named.map((release) => release.trim()).filter((release) => release !== "")];
}

/** Starts a nats-server, and resolves when it is ready. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const { release, websocket = false, tls, jetstream = true, domain } = options;
  const { storeConfig, within, host = "127.0.0.1" } = options;
  let { config = "" } = options;
  const binary = release === undefined ? await findNatsServer() : await installNatsServer(release);
  const folder = await mkdtemp(join(tmpdir(), "nats-server-"));
  const file = join(folder, "server.conf");
  const store = options.storeFolder ?? join(folder, "store");
  let port = options.port ?? -1;
  let wsPort = -1;
  let program!: Program;

  const start = async () => {
    await writeFile(file, configuration());
    const [command, ...args] = [...within ?? [], binary, "-c", file] as [string, ...string[]];
    program = startProgram(command, args);
    const ended = endWithParent(program.pid);
    void program.exit.finally(ended).catch(() => {}); // Who waits for it sees the error.
    await program.saw("Server is ready");
    port = portOf(/client connections on [^\n]*:(\d+)/);
    if (websocket) wsPort = portOf(/websocket clients on [^\n]*:(\d+)/);
  };
  const configuration = () =>
    [
      `listen: "${host}:${port}"`,
      jetstream
        ? `jetstream { store_dir: ${JSON.stringify(store)}` +
          `${domain === undefined ? "" : `, domain: ${domain}`}` +
          `${storeConfig === undefined ? "" : `, ${storeConfig}`} }`
        : "",
      websocket ? `websocket { listen: "127.0.0.1:${wsPort}", no_tls: true }` : "",
      tls
        ? `tls { cert_file: "${tls.certFile}", key_file: "${tls.keyFile}", ca_file: "${tls.caFile}", ` +
          `verify: ${tls.verify ?? false}, handshake_first: ${tls.handshakeFirst ?? false} }`
        : "",
      typeof config === "string" ? config : config(),
    ].join("\n");
  const portOf = (line: RegExp) => {
    const found = line.exec(program.output)?.[1];
    if (found === undefined) {
      throw new Error(`the server does not say its port:\n${program.output}`);
    }
    return Number(found);
  };

  const server: NatsServer = {
    get url() {
      return `${tls ? "tls" : "nats"}://${host}:${port}`;
    },
    get wsUrl() {
      return websocket ? `ws://127.0.0.1:${wsPort}` : "";
    },
    get port() {
      return port;
    },
    get pid() {
      return program.pid;
    },
    get log() {
      return program.output;
    },
    saw: (text) => program.saw(text),
    async kill(signal) {
      program.kill(signal);
      await program.exit;
    },
    async restart(other, signal = "SIGKILL") {
      config = other ?? config;
      await server.kill(signal);
      await start();
    },
    async reload(other) {
      config = other ?? config;
      await writeFile(file, configuration());
      const from = program.output.length;
      program.kill("SIGHUP");
      await program.saw("Reloaded server configuration", from);
    },
    async removeStore() {
      await rm(store, { recursive: true, force: true });
    },
    async stop() {
      await server.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  await start();
  return server;
}
