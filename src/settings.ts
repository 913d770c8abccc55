/**
 * The settings of this package: the name, the environment variable, the default and the valid values of each.
 * An explicit option takes precedence over the environment, which takes precedence over the default. No other file names
 * environment variables.
 *
 * @module
 */

import { ConfigError } from "./errors.ts";
import { readEnvironment } from "./runtime/environment.ts";
import type { Host } from "./runtime/host.ts";

/** A setting. */
export interface Setting<T> {
  /** The environment variable. */
  readonly env: string;
  /** The default value. */
  readonly fallback: T;
  /** Converts text or an explicit option to a value, or returns the rule that it violates. */
  readonly parse: (value: unknown) => Parsed<T>;
}

/** `rule` completes "must be …"; `invalid` is the part of the input that violates it, by default all of it. */
type Parsed<T> = { value: T } | { rule: string; invalid?: unknown };

function port(value: unknown): Parsed<number> {
  const number = typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && (number as number) >= 1 && (number as number) <= 65535
    ? { value: number as number }
    : { rule: "a whole number from 1 to 65535" };
}

function text(value: unknown): Parsed<string> {
  return typeof value === "string" && value.trim() !== ""
    ? { value: value.trim() }
    : { rule: "a text that is not empty" };
}

/** A password may begin or end with white space. */
function verbatim(value: unknown): Parsed<string> {
  return { value: String(value) };
}

function hostName(value: unknown): Parsed<string> {
  const bare = typeof value === "string" ? value.trim() : "";
  return bare !== "" && !/[\s/@?#]/.test(bare)
    ? { value: bare }
    : { rule: "a host name or an address, without scheme, path or white space" };
}

function url(...schemes: string[]): (value: unknown) => Parsed<string> {
  return (value) => {
    const bare = typeof value === "string" ? value.trim() : value instanceof URL ? value.href : "";
    return URL.canParse(bare) && schemes.includes(new URL(bare).protocol)
      ? { value: bare }
      : { rule: `a full URL that begins with ${schemes.join(" or ")}` };
  };
}

function oneOf<const T extends string>(...values: T[]): (value: unknown) => Parsed<T> {
  return (value) =>
    values.includes(value as T) ? { value: value as T } : { rule: values.join(" or ") };
}

/** The URL schemes of NATS servers, which select the transport. */
export const BROKER_SCHEMES = ["nats:", "tls:", "ws:", "wss:", "memory:"] as const;

function servers(value: unknown): Parsed<string[]> {
  const rule = `one or more URLs with a host and one of the schemes ${BROKER_SCHEMES.join(" ")}`;
  const given = (Array.isArray(value) ? value : String(value).split(","))
    .map((entry) => String(entry).trim()).filter((entry) => entry !== "");
  if (given.length === 0) return { rule };
  const list: string[] = [];
  for (const entry of given) {
    const full = entry.includes("://") || entry.startsWith("memory:") ? entry : `nats://${entry}`;
    const url = URL.canParse(full) ? new URL(full) : undefined;
    const isValid = (BROKER_SCHEMES as readonly unknown[]).includes(url?.protocol) &&
      (url?.protocol === "memory:" || url?.hostname !== "");
    if (!isValid) return { rule, invalid: entry };
    list.push(full);
  }
  return { value: list };
}

/** The types of the settings. */
export interface Settings {
  /** Host name of the Conveyor API server. */
  serverHost: string;
  /** Port of the Conveyor API server. */
  serverPort: number;
  /** Full URL of the Conveyor API server; takes precedence over host and port. */
  serverUrl: string | undefined;
  /** URLs of the NATS servers, one or more, separated by commas. */
  servers: string[];
  /** Base URL of Grafana Loki; without one, logs are not sent to Loki. */
  lokiEndpoint: string | undefined;
  /** Path of the client certificate chain, PEM, leaf first. */
  certFile: string | undefined;
  /** Path of the client's private key, PEM. */
  keyFile: string | undefined;
  /** Path of the certificate authority's certificate, PEM. */
  caFile: string | undefined;
  /** Protocol version; detected from the server's streams unless set. */
  protocol: "v1" | "v2" | undefined;
  /** Lowest level of the lines on the console. */
  logLevel: "debug" | "info" | "warn" | "error" | "off";
  /** Format of the lines on the console; `pretty` on a terminal and `json` elsewhere unless set. */
  logFormat: "pretty" | "json" | undefined;
  /** Whether the console has no colours. */
  noColor: boolean;
  /** Whether the console has colours, also when it is not a terminal; `NO_COLOR` takes precedence. */
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
/** How to authenticate at NATS, as the NATS tools have it; `creds` and `nkey` are paths of files. */
export const natsAuth: Readonly<
  Record<"user" | "password" | "token" | "nkey" | "creds", Setting<string | undefined>>
> = {
  user: { env: "NATS_USER", fallback: undefined, parse: verbatim },
  password: { env: "NATS_PASSWORD", fallback: undefined, parse: verbatim },
  token: { env: "NATS_TOKEN", fallback: undefined, parse: verbatim },
  nkey: { env: "NATS_NKEY", fallback: undefined, parse: verbatim },
  creds: { env: "NATS_CREDS", fallback: undefined, parse: verbatim },
};
/** Protocol version. */
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
 * Returns the value of a setting: `explicit` unless it is `undefined`, else that of the environment, else the default.
 *
 * @throws {ConfigError} the value is invalid. The message names its source.
 */
export function readSetting<Name extends keyof Settings>(
  name: Name,
  explicit?: unknown,
  options: { field?: string; host?: Pick<Host, "env"> } = {},
): Settings[Name] {
  return resolveSetting(SETTINGS[name], options.field ?? name, explicit, options.host?.env);
}

/**
 * Returns the value of a setting, as {@linkcode readSetting} does. For the client, which names each of its settings, so that
 * a bundle of the client does not contain the others.
 *
 * @throws {ConfigError} the value is invalid.
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
  const { rule, invalid = given } = parsed;
  const [source, remedy] = explicit === undefined
    ? [env, `correct ${env} or unset it`]
    : [field, `pass another ${field}, or set ${env}`];
  const shown = withoutUserInfo(JSON.stringify(invalid) ?? String(invalid));
  throw new ConfigError(source, `${source} must be ${rule}, got ${shown}; ${remedy}`);
}

/** Removes user names and passwords from a URL, or from several with commas between, for use in messages. */
export function withoutUserInfo(url: string): string {
  return url.replace(/(:\/\/|,\s*|^["[]*)[^/,\s]*@/g, "$1");
}
