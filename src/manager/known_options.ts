/** The names of a manager's options, and the settings that it takes from elsewhere. @module */

import { credentialProvider } from "../credentials/credential_provider.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { readSetting, type Settings } from "../settings.ts";

/** The names of all options; `options.ts` checks that they are. */
export const OPTION_NAMES = {
  driver: true,
  drivers: true,
  client: true,
  servers: true,
  transport: true,
  credentials: true,
  tls: true,
  auth: true,
  inboxPrefix: true,
  domain: true,
  apiPrefix: true,
  protocol: true,
  concurrency: true,
  maxAckPending: true,
  ackWaitMs: true,
  timeoutMs: true,
  abortGraceMs: true,
  maxAttempts: true,
  maxDeliveries: true,
  backoff: true,
  shutdownGraceMs: true,
  hookTimeoutMs: true,
  handleSignals: true,
  journal: true,
  exclusive: true,
  sinks: true,
  staleness: true,
  observability: true,
  telemetry: true,
  console: true,
  captureConsole: true,
  secrets: true,
  runLog: true,
  onEvent: true,
  onPoison: true,
  onDeadLetter: true,
} as const;

/** The settings of the environment that a manager or a driver's run reads later. */
const LATER: readonly (keyof Settings)[] = [
  "logLevel",
  "logFormat",
  "lokiEndpoint",
  "serverUrl",
  "serverHost",
  "serverPort",
];

/** Returns the checks of what is read from the environment and from files. A run must not be the first to find a fault. */
export function settingChecks(credentials: Credentials | false | undefined): (() => unknown)[] {
  return [
    ...LATER.map((name) => () => readSetting(name)),
    () => credentialProvider(credentials),
  ];
}
