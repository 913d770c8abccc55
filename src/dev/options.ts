/** Options of the embedded Conveyor server. @module */

import { host } from "../runtime/detect.ts";
import { readSetting } from "../settings.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";
import { createMemoryTransport } from "../transport/memory_transport.ts";
import type { TlsMaterial, Transport } from "../transport/transport.ts";
import { invalidOption, requireTimeout } from "../validate.ts";

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
   * The protocol version to serve. `v1` has one stream and other resource paths; it has no pipelines and no logs, which v1
   * keeps in Loki. @default {"v2"}
   */
  protocol?: ProtocolVersion;
  /** Requires a certificate-bound token of every request. @default no authentication */
  auth?: AuthOptions;
  /** Settings of the streams. */
  streams?: StreamOptions;
  /** Time between two heartbeat comments on a log stream, in milliseconds, above 0. @default {15000} */
  heartbeatMs?: number;
  /** Receives a line of text for each problem and each reconnection. @default written to standard output */
  onNotice?: (notice: string) => void;
}

/** The options by which a driver manager in the same process connects to the server's broker. */
export interface BrokerAccess {
  /** The URLs of the broker. */
  readonly servers: string[];
  /** The transport to connect by, where the URLs do not name one. */
  readonly transport?: Transport;
}

/** Options with all defaults applied. */
export interface ResolvedOptions
  extends Required<Omit<DevServerOptions, "servers" | "transport" | "tls" | "auth">> {
  readonly broker: BrokerAccess;
  readonly tls: TlsMaterial | undefined;
  readonly auth: AuthOptions | undefined;
}

/**
 * Checks the options and applies the defaults.
 *
 * @throws {ConfigError} that names the invalid option.
 */
export function resolveOptions(options: DevServerOptions): ResolvedOptions {
  const {
    tls,
    protocol = "v2",
    auth,
    streams = {},
    heartbeatMs = 15_000,
    onNotice = (notice) => host().writeOut(`conveyor dev server: ${notice}\n`),
  } = options;
  requireTimeout("heartbeatMs", heartbeatMs);
  if (protocol !== "v1" && protocol !== "v2") {
    throw invalidOption("protocol", `"v1" or "v2"`, protocol);
  }
  return { broker: brokerOf(options), tls, protocol, auth, streams, heartbeatMs, onNotice };
}

function brokerOf({ servers, transport }: DevServerOptions): BrokerAccess {
  if (servers === undefined) {
    return { servers: ["memory:"], transport: transport ?? createMemoryTransport() };
  }
  return { servers: readSetting("servers", servers), ...(transport && { transport }) };
}
