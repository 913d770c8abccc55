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
 * A setting: its environment variable, what completes "must be …", what converts text or an explicit option to a value,
 * `undefined` when it is invalid, and its default value.
 */
export type Setting<T> = readonly [
  env: string,
  rule: string,
  parse: (value: unknown) => T | undefined,
  fallback?: T,
];

/** Text without white space around it; `undefined` when it is empty, or no text. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() || undefined;
}

function port(value: unknown): number | undefined {
  const number = /^\d+$/.test(text(value) ?? "") ? Number(value) : value as number;
  return Number.isInteger(number) && number >= 1 && number <= 65535 ? number : undefined;
}

const PORT = ["from 1 to 65535", port] as const;

/** Whether a text is what a file holds, PEM text or DER as base64, and not its path. Messages must not show it. */
export function isFileText(path: unknown): boolean {
  return /-----|^MI[\w+/=]{60}/.test(path as string);
}

/**
 * Whether a URL has the host that is read in it: parsers drop tabs, take a backslash for a slash, and map letters of full width; a
 * password with a slash in it counts as a port and a path.
 */
function isPlain(text: string, schemes: readonly unknown[] = HTTP): boolean {
  const [, host] = /^\w+:\/\/(?:[^@]*@)?([^/?#%]+)(?=[/?#]|$)/.exec(text) ?? [];
  return host !== undefined && host === host.normalize("NFKC") &&
    !/[\s\\\xad\u200b-\u200d]|@.*@|\/\/.*\/.*@/.test(text) && URL.canParse(text) &&
    schemes.includes(new URL(text).protocol);
}

function hostName(value: unknown): string | undefined {
  const bare = text(value)?.replace(/^\[|\]$/g, "") ?? "";
  const url = `http://${bare.includes(":") ? `[${bare}]` : bare}`;
  return !/[/?#@]/.test(bare) && isPlain(url) ? bare : undefined;
}

const HTTP = ["http:", "https:"];

function httpUrl(value: unknown): string | undefined {
  const bare = text(value) ?? (value as Partial<URL> | undefined)?.href ?? "";
  return isPlain(bare) ? bare : undefined;
}

const URL_RULE = "an http: or https: URL";

/** A text without what files and orchestrators add or change: white space around it, and case. */
function bareWord(value: unknown): unknown {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}

function oneOf<const T extends string>(...values: T[]) {
  return [
    values.join(" or "),
    (value: unknown): T | undefined => values.find((each) => each === bareWord(value)),
  ] as const;
}

/** The URL schemes of NATS servers, which select the transport. */
export const BROKER_SCHEMES = ["nats:", "tls:", "ws:", "wss:", "memory:"] as const;

function servers(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : String(value).split(/[,\r\n]/))
    .map((entry) => String(entry).trim()).filter(Boolean)
    .map((entry) => /:\/\/|^memory:/i.test(entry) ? entry : `nats://${entry}`);
  const isValid = (url: string) =>
    /^memory:/i.test(url) ? URL.canParse(url) : isPlain(url, BROKER_SCHEMES);
  return list.length > 0 && list.every(isValid) ? list : undefined;
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
export const serverHost: Setting<string> = [
  "CONVEYOR_SERVER_HOST",
  "a host name or address",
  hostName,
  "localhost",
];
/** Port of the Conveyor API server. */
export const serverPort: Setting<number> = ["CONVEYOR_SERVER_PORT", ...PORT, 8080];
/** Full URL of the Conveyor API server. */
export const serverUrl: Setting<Settings["serverUrl"]> = ["CONVEYOR_SERVER_URL", URL_RULE, httpUrl];
/** Path of a file. */
export function filePath(env: string): Setting<string | undefined> {
  return [env, "a path", (value) => isFileText(value) ? undefined : text(value)];
}
/** Protocol version. */
export const protocol: Setting<Settings["protocol"]> = [
  "CONVEYOR_PROTOCOL",
  .../* @__PURE__ */ oneOf("v1", "v2"),
];

const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } =
  /* @__PURE__ */ (() => ({
    serverHost,
    serverPort,
    serverUrl,
    certFile: filePath("CONVEYOR_CERT_FILE"),
    keyFile: filePath("CONVEYOR_KEY_FILE"),
    caFile: filePath("CONVEYOR_CA_FILE"),
    protocol,
    servers: [
      "NATS_URL",
      `one or more URLs with a host and one of the schemes ${BROKER_SCHEMES.join(" ")}, ` +
      "with / @ and , in a password as %2F %40 and %2C",
      servers,
      ["nats://localhost:4222"],
    ],
    lokiEndpoint: ["LOKI_ENDPOINT", URL_RULE, httpUrl],
    logLevel: ["CONVEYOR_LOG_LEVEL", ...oneOf("debug", "info", "warn", "error", "off"), "info"],
    logFormat: ["CONVEYOR_LOG_FORMAT", ...oneOf("pretty", "json")],
    instance: ["CONVEYOR_INSTANCE", "a text that is not empty", text],
    observabilityPort: ["CONVEYOR_OBSERVABILITY_PORT", ...PORT],
    observabilityHost: [
      "CONVEYOR_OBSERVABILITY_HOST",
      "a host name or address",
      hostName,
      "127.0.0.1",
    ],
    noColor: ["NO_COLOR", "", (value) => value !== false, false],
    forceColor: [
      "FORCE_COLOR",
      "",
      (value) => !([false, "0", "false"] as unknown[]).includes(bareWord(value)),
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
  [env, rule, parse, fallback]: Setting<T>,
  field: string,
  explicit: unknown,
  readEnv: (variable: string) => string | undefined = readEnvironment,
): T {
  const given = explicit === undefined ? readEnv(env) : explicit as string;
  if (explicit === undefined && !given?.trim()) return fallback as T;
  const value = parse(given);
  if (value !== undefined) return value;
  const [source, remedy] = explicit === undefined
    ? [env, `correct ${env} or unset it`]
    : [field, `pass another ${field}, or set ${env}`];
  const shown = isFileText(given) ? "…" : withoutUserInfo(JSON.stringify(given) ?? String(given));
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
