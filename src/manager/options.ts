/** The options of a driver manager, and their defaults. @module */

import type { BackoffOptions } from "../async/backoff.ts";
import { checkBackoff } from "../async/backoff.ts";
import type { Client } from "../client/client.ts";
import type { Driver } from "../driver.ts";
import { ConfigError } from "../errors.ts";
import { OPTION_NAMES, settingChecks } from "./known_options.ts";
import {
  checkAll,
  invalidOption,
  requireGrace,
  requireKnown,
  requireServerTime,
  requireTexts,
  requireTimeout,
  requireWhole,
} from "../validate.ts";
import type { LogSink } from "../logger/record.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";
import { isServerInEnvironment, readSetting } from "../settings.ts";
import type { ConnectAuth } from "../transport/auth.ts";
import { subjectPrefixes } from "../transport/subject_prefixes.ts";
import { resolveAuth } from "../transport/resolve_auth.ts";
import type { Transport } from "../transport/transport.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { type JournalOptions, type ResolvedJournal, resolveJournal } from "./journal_options.ts";
import type { DeadLetter, ManagerEvent, PoisonMessage } from "./events.ts";
import {
  type ObservabilityOptions,
  type ResolvedObservability,
  resolveObservability,
} from "./observability_options.ts";

/** Options of a driver manager. All but the drivers have a default. */
export interface DriverManagerOptions extends ObservabilityOptions {
  /** The driver to run. Give either this or `drivers`. */
  driver?: Driver;
  /** Several drivers that share one connection. */
  drivers?: readonly Driver[];
  /** A client of the API server, for `reconcile`. @default one created by `createClient()` when it is first used */
  client?: Client;
  /** NATS servers; the scheme picks the transport. @default `NATS_URL`, or `nats://localhost:4222` */
  servers?: string | readonly string[];
  /** A transport to use, such as a memory transport. @default chosen by the scheme of `servers` */
  transport?: Transport;
  /** Certificate, key and authority for mutual TLS, as text or as file paths. @default `CONVEYOR_CERT_FILE` and its companions */
  credentials?: Credentials | false;
  /** Whether the TLS handshake comes before INFO, for servers with `handshake_first`; TLS is then required. Over TCP only. */
  tls?: { readonly handshakeFirst?: boolean };
  /** How to authenticate at servers whose URL does not hold a user name. @default `NATS_USER`, `NATS_CREDS`, `NATS_NKEY` or `NATS_TOKEN` */
  auth?: ConnectAuth;
  /** Prefix of the subjects that responses arrive at, where the user's permissions name another one. @default {"_INBOX"} */
  inboxPrefix?: string;
  /** The JetStream domain to use, from a leaf node. @default {the domain of the server} */
  domain?: string;
  /** Prefix of the JetStream API, where it is imported from another account under one. @default {"$JS.API"} */
  apiPrefix?: string;
  /** The protocol generation. @default `CONVEYOR_PROTOCOL`, or detected from the server's streams */
  protocol?: ProtocolVersion;

  /** Concurrent runs in this process, for each driver, 1 or more. @default {1} */
  concurrency?: number;
  /** Unacknowledged messages over all instances, for each driver; 1 gives strict order. @default {1000} */
  maxAckPending?: number;
  /** Time until an event whose process stopped renewing its lease is redelivered, in milliseconds, 1000 or more. @default {30000} */
  ackWaitMs?: number;
  /** Time limit of one attempt, in milliseconds, for drivers without one of their own. @default no limit */
  timeoutMs?: number;
  /** Time that a reconcile has to end after its signal aborted, in milliseconds. @default {5000} */
  abortGraceMs?: number;
  /** Attempts before a run that keeps throwing becomes a dead letter, for drivers without a limit of their own. @default {5} */
  maxAttempts?: number;
  /**
   * Deliveries after which an event becomes a dead letter whatever came of the earlier ones: for what goes round without being
   * run, since `maxAttempts` counts calls of `reconcile`. @default {1000}
   */
  maxDeliveries?: number;
  /** Delays between attempts, for drivers without their own. */
  backoff?: BackoffOptions;
  /** Shutdown grace period: time that running reconciles have to end after a stop, in milliseconds. @default {30000} */
  shutdownGraceMs?: number;
  /**
   * Time that each awaited piece of the user's code besides `reconcile` has: the `spec` validator, `onPoison`, `onDeadLetter`, and
   * the flush of a sink at the end; in milliseconds. What takes longer is reported and not waited for. @default {10000}
   */
  hookTimeoutMs?: number;
  /** Whether SIGINT and SIGTERM stop the manager while it runs. @default {true} */
  handleSignals?: boolean;
  /** Whether outcomes are recorded in a key-value bucket, and for how long. See `docs/delivery.md`. @default {true} */
  journal?: boolean | JournalOptions;
  /** Whether a resource is reconciled by one process at a time over all instances. @default {false} */
  exclusive?: boolean;
  /**
   * Whether the API server is asked if an event is still wanted before it is attempted late or again, and while it runs. See
   * `docs/delivery.md`. @default {"check"} where `client` or the environment says which server it is, else `"off"`
   */
  staleness?: "check" | "off";

  /** Where log lines go. @default chosen by the protocol and `LOKI_ENDPOINT`, and the console */
  sinks?: readonly LogSink[];
  /** Whether lines go to the console too, when `sinks` is not given. @default {true} */
  console?: boolean;
  /** Whether `console.log` inside a reconcile goes to that run's log. @default {false} */
  captureConsole?: boolean;
  /** Secrets to mask in lines, errors and results of every run. */
  secrets?: readonly string[];

  /**
   * Called with every event. An exception that it throws, and the rejection of a promise that it returns, is a line on the console
   * and has no other effect. The promise is not waited for.
   */
  onEvent?: (event: ManagerEvent) => unknown;
  /** Called with a message that cannot be decoded, before it is terminated: when it returns, or after `hookTimeoutMs`. */
  onPoison?: (message: PoisonMessage) => unknown;
  /** Called with a run that will not be tried again. Its event is terminated when it returns, or after `hookTimeoutMs`. */
  onDeadLetter?: (letter: DeadLetter) => unknown;
}

const NAMES: Record<keyof DriverManagerOptions, true> = OPTION_NAMES;

/** Options with their defaults. */
export interface ResolvedOptions extends ResolvedObservability {
  readonly drivers: readonly Driver[];
  readonly servers: readonly string[];
  readonly auth: ConnectAuth | undefined;
  readonly protocol: ProtocolVersion | undefined;
  readonly concurrency: number;
  readonly maxAckPending: number;
  readonly ackWaitMs: number;
  readonly timeoutMs: number | undefined;
  readonly abortGraceMs: number;
  readonly maxAttempts: number;
  readonly maxDeliveries: number;
  readonly backoff: BackoffOptions;
  readonly shutdownGraceMs: number;
  readonly hookTimeoutMs: number;
  readonly handleSignals: boolean;
  readonly journal: ResolvedJournal | undefined;
  readonly exclusive: boolean;
  readonly checksStaleness: boolean;
}

/**
 * Checks a manager's options and applies the defaults.
 *
 * @throws {ConfigError} when an option is invalid; it names the field.
 */
export function resolveOptions(options: DriverManagerOptions): ResolvedOptions {
  for (const name in options) {
    if (/nats|broker/i.test(name)) {
      throw new ConfigError(name, `${name} is not an option; use servers`);
    }
  }
  requireKnown(options, Object.keys(NAMES));
  const {
    concurrency = 1,
    maxAckPending = 1000,
    ackWaitMs = 30_000,
    timeoutMs,
    abortGraceMs = 5000,
    maxAttempts = 5,
    maxDeliveries = 1000,
    backoff = {},
    shutdownGraceMs = 30_000,
    hookTimeoutMs = 10_000,
    handleSignals = true,
    journal = true,
    exclusive = false,
    staleness = options.client || isServerInEnvironment() ? "check" : "off",
  } = options;
  checkAll([
    () => requireWhole("concurrency", concurrency, 1),
    () => requireWhole("maxAckPending", maxAckPending, 1),
    () => requireServerTime("ackWaitMs", ackWaitMs, 1000),
    () => requireGrace("abortGraceMs", abortGraceMs),
    () => requireGrace("shutdownGraceMs", shutdownGraceMs),
    () => requireTimeout("hookTimeoutMs", hookTimeoutMs),
    () => requireWhole("maxDeliveries", maxDeliveries, 1),
    () => timeoutMs === undefined || requireTimeout("timeoutMs", timeoutMs),
    () => requireWhole("maxAttempts", maxAttempts, 1),
    () => checkBackoff(backoff),
    () => checkStaleness(staleness),
    () => subjectPrefixes(options),
    () => resolveObservability(options),
    () => resolveDrivers(options),
    () => readSetting("servers", options.servers),
    () => resolveAuth(options.auth),
    () => readSetting("protocol", options.protocol),
    () => resolveJournal(journal),
    () => requireTexts("secrets", options.secrets ?? []),
    ...settingChecks(options.credentials),
  ]);
  return {
    ...resolveObservability(options),
    drivers: resolveDrivers(options),
    servers: readSetting("servers", options.servers),
    auth: resolveAuth(options.auth),
    protocol: readSetting("protocol", options.protocol),
    concurrency,
    maxAckPending,
    ackWaitMs,
    timeoutMs,
    abortGraceMs,
    maxAttempts,
    maxDeliveries,
    backoff,
    shutdownGraceMs,
    hookTimeoutMs,
    handleSignals,
    journal: resolveJournal(journal),
    exclusive,
    checksStaleness: staleness === "check",
  };
}

function resolveDrivers({ driver, drivers }: DriverManagerOptions): readonly Driver[] {
  if ((driver === undefined) === (drivers === undefined)) {
    throw new ConfigError(
      "driver",
      "cannot create a manager: pass either driver or drivers; create a driver with createDriver({ name, resources, reconcile })",
    );
  }
  const list = drivers ?? [driver as Driver];
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidOption("drivers", "a list of at least one driver", list);
  }
  const names = new Set<string>();
  for (const each of list) {
    if (typeof each?.reconcile !== "function") {
      throw invalidOption("driver", "a driver created by createDriver()", each);
    }
    const { name } = each;
    if (names.has(name)) {
      throw new ConfigError(
        "drivers",
        `drivers must have distinct names, because each name is one durable consumer, got "${name}" twice`,
      );
    }
    names.add(name);
  }
  return list;
}

function checkStaleness(staleness: unknown): void {
  if (staleness !== "check" && staleness !== "off") {
    throw invalidOption("staleness", `"check" or "off"`, staleness);
  }
}
