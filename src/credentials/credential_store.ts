/** Loads the client's credentials, and reloads them when their files change. @module */

import { ConfigError, messageOf } from "../errors.ts";
import { readTextFileNow } from "../runtime/builtin.ts";
import { credentialFiles, resolveSetting } from "../settings.ts";
import type { Credentials } from "./credentials.ts";
import { type Identity, readIdentity } from "./identity.ts";

/** Credentials as PEM text. */
export interface LoadedCredentials {
  /** Certificate chain, leaf first. */
  readonly cert?: string;
  /** Private key. */
  readonly key?: string;
  /** The certificate authority that servers are verified against. */
  readonly ca?: string;
}

/** Credentials, with the identity of their key if they have one. */
export interface ReadCredentials extends LoadedCredentials {
  readonly identity: Identity | undefined;
}

/** The client's credentials, which may change. */
export interface CredentialStore {
  /** Returns the current credentials: the same object until they change. Checks the files at most every ten seconds. */
  current(): ReadCredentials;
  /** Checks the files immediately. Returns whether the credentials have changed. */
  reload(): boolean;
}

const RELOAD_INTERVAL_MS = 10_000;
const PARTS = ["cert", "key", "ca"] as const;

/**
 * Loads credentials; returns `undefined` without any.
 *
 * @throws {ConfigError} a part is missing or passed twice, a file cannot be read, or key and certificate do not match.
 */
export function openCredentials(
  credentials: Credentials | false | undefined,
): CredentialStore | undefined {
  if (credentials === false) return undefined;
  const given = credentials ?? {};
  const files = filesOf(given);
  const loaded = read(given, files);
  if (!loaded) return undefined;
  let current = loaded;
  let checkedAt = Date.now();

  /** Keeps the old pair, while it is valid, when the files cannot be used: they may be half replaced. */
  function reload(): boolean {
    checkedAt = Date.now();
    if (Object.keys(files).length === 0) return false;
    const before = current;
    let after: ReadCredentials;
    try {
      after = read(given, files) ?? before;
    } catch (error) {
      if (!before.identity || before.identity.leaf.notAfter.getTime() < Date.now()) throw error;
      return false;
    }
    if (PARTS.every((part) => after[part] === before[part])) return false;
    current = after;
    return true;
  }

  return {
    current() {
      if (Date.now() - checkedAt >= RELOAD_INTERVAL_MS) reload();
      return current;
    },
    reload,
  };
}

type Files = { cert?: string; key?: string; ca?: string };

function filesOf(given: Credentials): Files {
  const files: Files = {};
  for (const part of PARTS) {
    const field = `${part}File` as const;
    if (given[part] !== undefined) {
      if (given[field] === undefined) continue;
      throw new ConfigError(
        `credentials.${field}`,
        `cannot use both credentials.${part} and credentials.${field}: pass only one of them`,
      );
    }
    const path = resolveSetting(credentialFiles[part], `credentials.${field}`, given[field]);
    if (path !== undefined) files[part] = path;
  }
  return files;
}

function read(given: Credentials, files: Files): ReadCredentials | undefined {
  const texts: { -readonly [Part in keyof LoadedCredentials]: string } = {};
  for (const part of PARTS) {
    const text = given[part] ??
      (files[part] === undefined ? undefined : readFile(part, files[part]));
    if (text !== undefined) texts[part] = text;
  }
  const { cert, key, ca } = texts;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "cert" : "key";
    throw new ConfigError(
      `credentials.${missing}`,
      `credentials.${missing} is missing: pass a certificate together with its key`,
    );
  }
  if (cert !== undefined && key !== undefined) {
    return { ...texts, identity: readIdentity({ cert, key }) };
  }
  return ca === undefined ? undefined : { ...texts, identity: undefined };
}

function readFile(part: string, path: string): string {
  try {
    return readTextFileNow(path);
  } catch (cause) {
    throw new ConfigError(
      `credentials.${part}File`,
      `cannot read the file ${path} for credentials.${part}File: ${
        messageOf(cause)
      }; check that it exists and is readable`,
      { cause },
    );
  }
}
