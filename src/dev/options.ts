/** How to make an embedded Conveyor server. @module */

import { host } from "../runtime/detect.ts";
import { readSetting } from "../settings.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";
import { createMemoryTransport } from "../transport/memory_transport.ts";
import type { TlsMaterial, Transport } from "../transport/transport.ts";
import { invalidOption, requireTimeout } from "../validate.ts";

/** Whom the server lets in. */
export interface AuthOptions {
  /** The certificate authority, or several, as PEM text: clients must hold a certificate that leads to it. */
  readonly ca: string;
  /** The clock, for tests. @default {the machine's} */
  readonly now?: () => Date;
}

/** How the streams are kept. */
export interface StreamOptions {
  /** Where messages are kept. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** Copies on a cluster. @default {1} */
  readonly replicas?: number;
  /** How long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
}

/** How to make an embedded Conveyor server. */
export interface DevServerOptions {
  /**
   * NATS servers to work on, for example `nats://localhost:4222`. Without any, the server has a broker of its own in memory,
   * which only this process can reach.
   */
  servers?: string | readonly string[];
  /** Certificates for the NATS servers. */
  tls?: TlsMaterial;
  /** A transport to reach the broker by, in place of the one that `servers` asks for. */
  transport?: Transport;
  /**
   * The generation to be. `v1` creates that generation's one stream and answers its resource paths; it has no pipelines and no
   * logs, which v1 keeps in Loki. @default {"v2"}
   */
  protocol?: ProtocolVersion;
  /** Lets in only those who bring a certificate-bound token. @default nobody is asked */
  auth?: AuthOptions;
  /** How the streams are kept. */
  streams?: StreamOptions;
  /** Time between two heartbeat comments on a log stream, in milliseconds, above 0. @default {15000} */
  heartbeatMs?: number;
  /** Told in a line of everything that is not as it should be. @default written to standard output */
  onNotice?: (notice: string) => void;
}

/** What a driver manager in the same process needs to reach the server's broker. */
export interface BrokerAccess {
  /** URLs of the broker. */
  readonly servers: string[];
  /** The transport to reach it by, where the URLs alone do not tell. */
  readonly transport?: Transport;
}

/** Options with every default filled in. */
export interface ResolvedOptions
  extends Required<Omit<DevServerOptions, "servers" | "transport" | "tls" | "auth">> {
  readonly broker: BrokerAccess;
  readonly tls: TlsMaterial | undefined;
  readonly auth: AuthOptions | undefined;
}

/**
 * Fills in the defaults.
 *
 * @throws {ConfigError} that names the option which cannot be used.
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
