/**
 * The settings of this package: the name, the environment variable, the default and the valid values of each.
 * An explicit option takes precedence over the environment, which takes precedence over the default. No other file names
 * environment variables.
 *
 * @module
 */

import { ConfigError } from "./errors.ts";
import { isVariableDenied, readEnvironment } from "./runtime/environment.ts";
import type { Host } from "./runtime/host.ts";

/**
 * A setting: its environment variable, what converts text or an explicit option to a value, or returns the rule that it
 * violates, and its default value.
 */
export type Setting<T> = readonly [
  env: string,
  parse: (value: unknown) => Parsed<T>,
  fallback?: T,
];

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

/** Whether a text is what a file holds, PEM text or DER as base64, and not its path. Messages must not show it. */
export function isFileText(path: unknown): boolean {
  return /-----|^MI[\w+/=]{60}/.test(path as string);
}

function filePath(value: unknown): Parsed<string> {
  return isFileText(value) ? { rule: "a path", invalid: "…" } : text(value);
}

function hostName(value: unknown): Parsed<string> {
  const bare = typeof value === "string" ? value.trim() : "";
  return bare !== "" && !/[\s/@?#]/.test(bare)
    ? { value: bare }
    : { rule: "a host name or address" };
}

function url(...schemes: string[]): (value: unknown) => Parsed<string> {
  return (value) => {
    const bare = typeof value === "string"
      ? value.trim()
      : (value as Partial<URL> | undefined)?.href ?? "";
    const url = URL.canParse(bare) ? new URL(bare) : undefined;
    return url && schemes.includes(url.protocol) && !splitsPassword(url)
      ? { value: bare }
      : { rule: `a full URL that begins with ${schemes.join(" or ")}` };
  };
}

/** Whether what should be a password with a slash in it counts as a port and a path. */
function splitsPassword({ pathname }: URL): boolean {
  return pathname.includes("@");
}

/** A text without what files and orchestrators add or change: white space around it, and case. */
function bareWord(value: unknown): unknown {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}

function oneOf<const T extends string>(...values: T[]): (value: unknown) => Parsed<T> {
  return (value) => {
    const bare = bareWord(value) as T;
    return values.includes(bare) ? { value: bare } : { rule: values.join(" or ") };
  };
}

/** The URL schemes of NATS servers, which select the transport. */
export const BROKER_SCHEMES = ["nats:", "tls:", "ws:", "wss:", "memory:"] as const;

function servers(value: unknown): Parsed<string[]> {
  const hasUserInfo = JSON.stringify(value)?.includes("@");
  const rule = `one or more URLs with a host and one of the schemes ${BROKER_SCHEMES.join(" ")}` +
    (hasUserInfo ? ", with / @ and , in a password as %2F %40 and %2C" : "");
  const given = (Array.isArray(value) ? value : String(value).split(/[,\r\n]/))
    .map((entry) => String(entry).trim()).filter((entry) => entry !== "");
  if (given.length === 0) return { rule };
  const list: string[] = [];
  for (const entry of given) {
    const full = entry.includes("://") || /^memory:/i.test(entry) ? entry : `nats://${entry}`;
    const url = URL.canParse(full) ? new URL(full) : undefined;
    const isValid = (BROKER_SCHEMES as readonly unknown[]).includes(url?.protocol) &&
      (url?.protocol === "memory:" || url?.hostname !== "" && !splitsPassword(url!));
    // Of a password that URLs cannot hold as it is, the entry may be one half.
    if (!isValid) return { rule, invalid: hasUserInfo ? value : entry };
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
  /** Port that health and metrics are served on; they are not served unless set. */
  observabilityPort: number | undefined;
  /** Address that they are served on. */
  observabilityHost: string;
  /** Name of this process in the logs of its runs. */
  instance: string | undefined;
  /** Whether the console has colours, also when it is not a terminal; `NO_COLOR` takes precedence. */
  forceColor: boolean | undefined;
}

/** Host name of the Conveyor API server. */
export const serverHost: Setting<string> = ["CONVEYOR_SERVER_HOST", hostName, "localhost"];
/** Port of the Conveyor API server. */
export const serverPort: Setting<number> = ["CONVEYOR_SERVER_PORT", port, 8080];
/** Full URL of the Conveyor API server. */
export const serverUrl: Setting<Settings["serverUrl"]> = [
  "CONVEYOR_SERVER_URL",
  /* @__PURE__ */ url("http:", "https:"),
];
/** Paths of the client's certificate chain, private key and certificate authority. */
export const credentialFiles: Readonly<
  Record<"cert" | "key" | "ca", Setting<string | undefined>>
> = {
  cert: ["CONVEYOR_CERT_FILE", filePath],
  key: ["CONVEYOR_KEY_FILE", filePath],
  ca: ["CONVEYOR_CA_FILE", filePath],
};
/** Protocol version. */
export const protocol: Setting<Settings["protocol"]> = [
  "CONVEYOR_PROTOCOL",
  /* @__PURE__ */ oneOf("v1", "v2"),
];

const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } =
  /* @__PURE__ */ (() => ({
    serverHost,
    serverPort,
    serverUrl,
    certFile: credentialFiles.cert,
    keyFile: credentialFiles.key,
    caFile: credentialFiles.ca,
    protocol,
    servers: ["NATS_URL", servers, ["nats://localhost:4222"]],
    lokiEndpoint: ["LOKI_ENDPOINT", url("http:", "https:")],
    logLevel: ["CONVEYOR_LOG_LEVEL", oneOf("debug", "info", "warn", "error", "off"), "info"],
    logFormat: ["CONVEYOR_LOG_FORMAT", oneOf("pretty", "json")],
    instance: ["CONVEYOR_INSTANCE", text],
    observabilityPort: ["CONVEYOR_OBSERVABILITY_PORT", port],
    observabilityHost: ["CONVEYOR_OBSERVABILITY_HOST", hostName, "127.0.0.1"],
    noColor: ["NO_COLOR", (value) => ({ value: value !== false }), false],
    forceColor: [
      "FORCE_COLOR",
      (value) => ({ value: !([false, "0", "false"] as unknown[]).includes(bareWord(value)) }),
    ],
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
  [env, parse, fallback]: Setting<T>,
  field: string,
  explicit: unknown,
  readEnv: (variable: string) => string | undefined = readEnvironment,
): T {
  const given = explicit === undefined ? readEnv(env) : explicit as string;
  if (explicit === undefined && !given?.trim()) return fallback as T;
  const parsed = parse(given);
  if ("value" in parsed) return parsed.value;
  const { rule, invalid = given } = parsed;
  const [source, remedy] = explicit === undefined
    ? [env, `correct ${env} or unset it`]
    : [field, `pass another ${field}, or set ${env}`];
  const shown = withoutUserInfo(JSON.stringify(invalid) ?? String(invalid));
  throw new ConfigError(source, `${source} must be ${rule}, got ${shown}; ${remedy}`);
}

/** Whether the environment says where the API server is. */
export function isServerInEnvironment(): boolean {
  return [serverHost, serverPort, serverUrl].some(([env]) => readEnvironment(env));
}

/** Returns the environment variable of a setting when Deno does not permit reading it. */
export function deniedVariable(name: keyof Settings): string | undefined {
  const [env] = SETTINGS[name];
  return isVariableDenied(env) ? env : undefined;
}

/**
 * Removes user names and passwords from a URL, or from several, for use in messages. A password may hold any character, so all
 * goes up to the last at sign before the next URL.
 */
export function withoutUserInfo(urls: string): string {
  return urls.replace(/(:\/\/|^["[]*)(?:(?!:\/\/)[^])*@/g, "$1");
}
