/** Connects a manager to its broker. @module */

import { credentialProvider } from "../../credentials/credential_provider.ts";
import { ConnectionError, hasCode } from "../../errors.ts";
import { deniedVariable } from "../../settings.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import { type ConnectAuth, loadAuth } from "../../transport/auth.ts";
import { connectBroker } from "../../transport/connect.ts";
import type { Connection } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { authSecrets } from "./connection_secrets.ts";

/** What a manager connects with. */
export interface ConnectSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  /** Masks the secrets of files as soon as they are read. */
  readonly masker: Masker;
  emit(event: ManagerEvent): void;
}

/** Connects, and retries for ever; each failed attempt is reported as `connect-failed`. Returns `undefined` when the signal fires first. */
export async function connectManager(
  { given, options, masker, emit }: ConnectSource,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const credentials = credentialProvider(given.credentials);
  const tls = (credentials || given.tls) && (() => {
    const material = credentials?.();
    if (material?.key) masker.add(material.key);
    return { ...given.tls, ...material };
  });
  const denied = given.servers === undefined ? deniedVariable("servers") : undefined;
  if (denied) {
    const message = `Deno does not permit reading ${denied}, so it counts as unset; ` +
      `run with --allow-env=${denied}, or pass servers`;
    emit({ type: "warning", code: "environment", message });
  }
  try {
    return await connectBroker({
      servers: options.servers,
      name: `@conveyor/driver ${options.drivers.map(({ name }) => name).join(" ")}`,
      signal,
      ...(tls && { tls }),
      ...(options.auth && { auth: maskedAuth(options.auth, masker) }),
      inboxPrefix: given.inboxPrefix,
      domain: given.domain,
      apiPrefix: given.apiPrefix,
      onAttemptFailed: (failure) => emit({ type: "connect-failed", ...failure }),
    }, given.transport);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Masks the secrets of a file each time it is read: it may have been renewed. */
function maskedAuth(auth: ConnectAuth, masker: Masker): () => Promise<ConnectAuth> {
  return async () => {
    const loaded = await loadAuth(auth);
    for (const secret of authSecrets(loaded)) masker.add(secret);
    return loaded;
  };
}

/** Rejects when a connection closes before the signal fires: it reconnects for ever, so a closed one cannot be restored. */
export async function rejectWhenClosed(connection: Connection, signal: AbortSignal): Promise<void> {
  const cause = await connection.closed;
  if (signal.aborted) return;
  throw new ConnectionError(
    `the connection to ${connection.server} was closed and will not reconnect`,
    { cause },
  );
}

/** The warning of an error that a connection has reported. */
export function connectionWarning(error: Error): ManagerEvent {
  const code = hasCode(error, "permission") ? "permission" : "connection";
  return { type: "warning", code, message: error.message, error };
}
