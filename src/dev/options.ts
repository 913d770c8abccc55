/** Options of the embedded Conveyor server. @module */

import { host } from "../runtime/detect.ts";
import { readSetting } from "../settings.ts";
import { createMemoryTransport } from "../transport/memory_transport.ts";
import type { TlsMaterial, Transport } from "../transport/transport.ts";
import { invalidOption, requireKnown, requireTimeout } from "../validate.ts";
import { type Generation, GENERATIONS } from "./generation.ts";
import { type LogFaults, type ResolvedLogFaults, resolveFaults } from "./log_faults.ts";

/** How the server authenticates clients. */
export interface AuthOptions {
  /** The certificate authority, or several, as PEM text: a client's certificate chain must lead to one. */
  readonly ca: string;
  /** The clock, for tests. @default {the machine's} */
  readonly now?: () => Date;
}

/** Settings of the streams that the server creates. */
export interface StreamOptions {
  /** Where messages are stored. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** The number of copies in a cluster. @default {1} */
  readonly replicas?: number;
  /** How long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
}

/** Options of the embedded Conveyor server. */
export interface DevServerOptions {
  /**
   * NATS servers to connect to, for example `nats://localhost:4222`. Without any, the server creates a broker in memory,
   * which only this process can reach.
   */
  servers?: string | readonly string[];
  /** Certificates for the NATS servers. */
  tls?: TlsMaterial;
  /** The transport to connect by. @default the one of the scheme of `servers` */
  transport?: Transport;
  /**
   * The generation of the Conveyor server to behave like. `v1` has one stream and other resource paths; it has no pipelines
   * and no logs, which it keeps in Loki. `v2` is release 0.6. `v3` runs a pipeline for updates and deletions too.
   * @default {"v3"}
   */
  generation?: Generation;
  /**
   * The order of type and name in a resource's path in `v1`: `name-type` until June 2025, `type-name` from then on. Later
   * generations have `type-name`.
   * @default {"name-type"}
   */
  pathOrder?: "name-type" | "type-name";
  /**
   * Names by which the server is reached besides loopback names and addresses, and hosts of the web pages that may send requests.
   * Any other is refused with 403: a page could otherwise start runs on this machine.
   * @default none
   */
  allowedHosts?: readonly string[];
  /**
   * How long a deletion may stand still before another `DELETE` starts it again (v3), in milliseconds, above 0.
   * @default {120000}
   */
  deletionRetryMs?: number;
  /** What the log store does as the real server's does, and a careful client has to bear. @default nothing */
  faults?: LogFaults;
  /** Requires a certificate-bound token of every request. @default no authentication */
  auth?: AuthOptions;
  /** Settings of the streams. */
  streams?: StreamOptions;
  /** Time between two heartbeat comments on a log stream, in milliseconds, above 0. @default {5000}, since Bun closes what is silent for 10 s */
  heartbeatMs?: number;
  /** Receives a line of text for each problem and each reconnection. @default written to standard output */
  onNotice?: (notice: string) => void;
}

/** The options by which a driver manager in the same process connects to the server's broker. */
export interface BrokerAccess {
  /** The URLs of the broker. */
  readonly servers: string[];
  /** The transport to connect by: it starts the server when it is not started. */
  readonly transport: Transport;
}

/** Options with all defaults applied. */
export interface ResolvedOptions
  extends Required<Omit<DevServerOptions, "servers" | "transport" | "tls" | "auth" | "faults">> {
  readonly broker: { readonly servers: string[]; readonly transport?: Transport };
  readonly faults: ResolvedLogFaults;
  readonly tls: TlsMaterial | undefined;
  readonly auth: AuthOptions | undefined;
}

const NAMES: Record<keyof DevServerOptions, true> = {
  servers: true,
  tls: true,
  transport: true,
  generation: true,
  pathOrder: true,
  allowedHosts: true,
  deletionRetryMs: true,
  faults: true,
  auth: true,
  streams: true,
  heartbeatMs: true,
  onNotice: true,
};

/**
 * Checks the options and applies the defaults.
 *
 * @throws {ConfigError} that names the invalid option.
 */
export function resolveOptions(options: DevServerOptions): ResolvedOptions {
  requireKnown(options, Object.keys(NAMES));
  const {
    tls,
    generation = "v3",
    pathOrder = "name-type",
    allowedHosts = [],
    deletionRetryMs = 120_000,
    faults = {},
    auth,
    streams = {},
    heartbeatMs = 5000,
    onNotice = (notice) => host().writeOut(`conveyor dev server: ${notice}\n`),
  } = options;
  requireTimeout("heartbeatMs", heartbeatMs);
  requireTimeout("deletionRetryMs", deletionRetryMs);
  requireKnown(streams, ["storage", "replicas", "duplicateWindowMs"], "streams.");
  if (auth) requireKnown(auth, ["ca", "now"], "auth.");
  if (!GENERATIONS.includes(generation)) {
    throw invalidOption("generation", `"v1", "v2" or "v3"`, generation);
  }
  if (pathOrder !== "name-type" && pathOrder !== "type-name") {
    throw invalidOption("pathOrder", `"name-type" or "type-name"`, pathOrder);
  }
  return {
    pathOrder: generation === "v1" ? pathOrder : "type-name",
    allowedHosts: allowedHosts.map((name) => name.toLowerCase()),
    broker: brokerOf(options),
    tls,
    generation,
    deletionRetryMs,
    faults: resolveFaults(faults),
    auth,
    streams,
    heartbeatMs,
    onNotice,
  };
}

function brokerOf({ servers, transport }: DevServerOptions): ResolvedOptions["broker"] {
  if (servers === undefined) {
    return { servers: ["memory:"], transport: transport ?? createMemoryTransport() };
  }
  return { servers: readSetting("servers", servers), ...(transport && { transport }) };
}
