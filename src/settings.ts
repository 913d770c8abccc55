/**
 * Every setting of this package: its name, its environment variable, its default and what is a valid value.
 * An explicit option comes first, then the environment, then the default. Nothing else reads the environment.
 *
 * @module
 */

import { ConfigError } from "./errors.ts";
import { readEnvironment } from "./runtime/environment.ts";
import type { Host } from "./runtime/host.ts";

/** One setting. */
export interface Setting<T> {
  /** The environment variable's name. */
  readonly env: string;
  /** The default. */
  readonly fallback: T;
  /** Turns text or an explicit option into a value, or says what is wrong with it. */
  readonly parse: (value: unknown) => Parsed<T>;
}

type Parsed<T> = { value: T } | { problem: string };

function port(value: unknown): Parsed<number> {
  const number = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= 65535
    ? { value: number }
    : { problem: "a port is a whole number from 1 to 65535" };
}

function text(value: unknown): Parsed<string> {
  return typeof value === "string" && value.trim() !== ""
    ? { value: value.trim() }
    : { problem: "it must be text that is not empty" };
}

function hostName(value: unknown): Parsed<string> {
  const bare = typeof value === "string" ? value.trim() : "";
  return bare !== "" && !/[\s/@?#]/.test(bare)
    ? { value: bare }
    : { problem: "a host is a name or an address, without scheme, path or white space" };
}

function url(...schemes: string[]): (value: unknown) => Parsed<string> {
  return (value) => {
    const bare = typeof value === "string" ? value.trim() : value instanceof URL ? value.href : "";
    return URL.canParse(bare) && schemes.includes(new URL(bare).protocol)
      ? { value: bare }
      : { problem: `it must be a full URL that begins with ${schemes.join(" or ")}` };
  };
}

function oneOf<const T extends string>(...values: T[]): (value: unknown) => Parsed<T> {
  return (value) =>
    values.includes(value as T)
      ? { value: value as T }
      : { problem: `it must be ${values.join(" or ")}` };
}

/** URL schemes that name a broker, and so pick the transport. */
export const BROKER_SCHEMES = ["nats:", "tls:", "ws:", "wss:", "memory:"] as const;

function servers(value: unknown): Parsed<string[]> {
  const given = (Array.isArray(value) ? value : String(value).split(","))
    .map((entry) => String(entry).trim()).filter((entry) => entry !== "");
  if (given.length === 0) return { problem: "at least one server URL is needed" };
  const list: string[] = [];
  for (const entry of given) {
    const full = entry.includes("://") || entry.startsWith("memory:") ? entry : `nats://${entry}`;
    if (!URL.canParse(full)) return { problem: `${withoutUserInfo(entry)} is not a URL` };
    const scheme = new URL(full).protocol;
    if (!(BROKER_SCHEMES as readonly string[]).includes(scheme)) {
      return {
        problem: `${scheme} is not a scheme it can speak; use one of ${BROKER_SCHEMES.join(" ")}`,
      };
    }
    if (scheme !== "memory:" && new URL(full).hostname === "") {
      return { problem: `${withoutUserInfo(full)} names no host` };
    }
    list.push(full);
  }
  return { value: list };
}

/** The settings and the types of their values. */
export interface Settings {
  /** Host name of the Conveyor API server. */
  serverHost: string;
  /** Port of the Conveyor API server. */
  serverPort: number;
  /** Full URL of the Conveyor API server; wins over host and port. */
  serverUrl: string | undefined;
  /** URLs of the NATS servers, one or more, separated by commas. */
  servers: string[];
  /** Base URL of Grafana Loki; none means that logs do not go to Loki. */
  lokiEndpoint: string | undefined;
  /** Path of the client certificate chain, PEM, leaf first. */
  certFile: string | undefined;
  /** Path of the client's private key, PEM. */
  keyFile: string | undefined;
  /** Path of the certificate authority's certificate, PEM. */
  caFile: string | undefined;
  /** Protocol generation; read off the server's streams unless set. */
  protocol: "v1" | "v2" | undefined;
  /** Least level of the lines that the console shows. */
  logLevel: "debug" | "info" | "warn" | "error" | "off";
  /** Form of the lines on the console; `pretty` on a terminal and `json` elsewhere unless set. */
  logFormat: "pretty" | "json" | undefined;
  /** Whether the console is to be without colours, whatever it is. */
  noColor: boolean;
  /** Whether the console is to have colours or not, terminal or not; `NO_COLOR` wins. */
  forceColor: boolean | undefined;
}

/** Host name of the Conveyor API server. */
export const serverHost: Setting<Settings["serverHost"]> = {
  env: "CONVEYOR_SERVER_HOST",
  fallback: "localhost",
  parse: hostName,
};
/** Port of the Conveyor API server. */
export const serverPort: Setting<Settings["serverPort"]> = {
  env: "CONVEYOR_SERVER_PORT",
  fallback: 8080,
  parse: port,
};
/** Full URL of the Conveyor API server. */
export const serverUrl: Setting<Settings["serverUrl"]> = {
  env: "CONVEYOR_SERVER_URL",
  fallback: undefined,
  parse: /* @__PURE__ */ url("http:", "https:"),
};
/** Paths of the client's certificate chain, private key and certificate authority. */
export const credentialFiles: {
  readonly cert: Setting<Settings["certFile"]>;
  readonly key: Setting<Settings["keyFile"]>;
  readonly ca: Setting<Settings["caFile"]>;
} = {
  cert: { env: "CONVEYOR_CERT_FILE", fallback: undefined, parse: text },
  key: { env: "CONVEYOR_KEY_FILE", fallback: undefined, parse: text },
  ca: { env: "CONVEYOR_CA_FILE", fallback: undefined, parse: text },
};
/** Protocol generation. */
export const protocol: Setting<Settings["protocol"]> = {
  env: "CONVEYOR_PROTOCOL",
  fallback: undefined,
  parse: /* @__PURE__ */ oneOf("v1", "v2"),
};

const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } =
  /* @__PURE__ */ (() => ({
    serverHost,
    serverPort,
    serverUrl,
    certFile: credentialFiles.cert,
    keyFile: credentialFiles.key,
    caFile: credentialFiles.ca,
    protocol,
    servers: { env: "NATS_URL", fallback: ["nats://localhost:4222"], parse: servers },
    lokiEndpoint: { env: "LOKI_ENDPOINT", fallback: undefined, parse: url("http:", "https:") },
    logLevel: {
      env: "CONVEYOR_LOG_LEVEL",
      fallback: "info" as const,
      parse: oneOf("debug", "info", "warn", "error", "off"),
    },
    logFormat: { env: "CONVEYOR_LOG_FORMAT", fallback: undefined, parse: oneOf("pretty", "json") },
    noColor: { env: "NO_COLOR", fallback: false, parse: (value) => ({ value: value !== false }) },
    forceColor: {
      env: "FORCE_COLOR",
      fallback: undefined,
      parse: (value) => ({ value: value !== false && value !== "0" && value !== "false" }),
    },
  }))();

/**
 * Gives the value of a setting by its name: `explicit` where it is not `undefined`, else the environment's, else the default.
 *
 * @throws {ConfigError} when the value that would be used is not valid. The message names where it came from.
 */
export function readSetting<Name extends keyof Settings>(
  name: Name,
  explicit?: unknown,
  options: { field?: string; host?: Pick<Host, "env"> } = {},
): Settings[Name] {
  return resolveSetting(SETTINGS[name], options.field ?? name, explicit, options.host?.env);
}

/**
 * Gives the value of one setting as {@linkcode readSetting} does. The client takes its settings one by one, so that a
 * program that has nothing but a client bundles no other.
 *
 * @throws {ConfigError} when the value that would be used is not valid.
 */
export function resolveSetting<T>(
  { env, fallback, parse }: Setting<T>,
  field: string,
  explicit: unknown,
  readEnv: (variable: string) => string | undefined = readEnvironment,
): T {
  const given = explicit === undefined ? readEnv(env) : explicit;
  if (given === undefined || given === "" && explicit === undefined) return fallback;
  const parsed = parse(given);
  if ("value" in parsed) return parsed.value;
  const source = explicit === undefined ? env : field;
  const way = explicit === undefined
    ? `correct ${env} or unset it`
    : `pass another ${field}, or set ${env}`;
  throw new ConfigError(
    source,
    `cannot use ${
      withoutUserInfo(JSON.stringify(given) ?? String(given))
    } as ${source}: ${parsed.problem}; ${way}`,
  );
}

/** The text of a URL, or of several with commas between, without user names and passwords: fit for a message. */
export function withoutUserInfo(url: string): string {
  return url.replace(/(:\/\/|,\s*|^["[]*)[^/,\s]*@/g, "$1");
}
