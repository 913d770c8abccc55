/** Where the client's credentials are read, and read again when their files change. @module */

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
  /** Certificate authority that servers are verified against. */
  readonly ca?: string;
}

/** Credentials and, when there is a key among them, who they are. */
export interface ReadCredentials extends LoadedCredentials {
  readonly identity: Identity | undefined;
}

/** Credentials that may change. */
export interface CredentialStore {
  /** What they are now: the same object as before while nothing has changed. Files are looked at once in ten seconds. */
  current(): ReadCredentials;
  /** Looks at the files at once. Gives whether anything has changed. */
  reload(): boolean;
}

const LOOK_AGAIN_MS = 10_000;
const PARTS = ["cert", "key", "ca"] as const;

/**
 * Reads credentials; gives `undefined` when there are none.
 *
 * @throws {ConfigError} when a part is missing or given twice, a file cannot be read, or key and certificate do not match.
 */
export function openCredentials(
  credentials: Credentials | false | undefined,
): CredentialStore | undefined {
  if (credentials === false) return undefined;
  const given = credentials ?? {};
  const files = filesOf(given);
  let held = read(given, files);
  if (!held) return undefined;
  let current = held;
  let lookedAt = Date.now();

  /** While a new pair is being put in place, what is read may be half of it: then the old one goes on while it counts. */
  function reload(): boolean {
    lookedAt = Date.now();
    if (Object.keys(files).length === 0) return false;
    const before = current;
    try {
      held = read(given, files) ?? before;
    } catch (error) {
      if (!before.identity || before.identity.leaf.notAfter.getTime() < Date.now()) throw error;
      return false;
    }
    if (PARTS.every((part) => held?.[part] === before[part])) return false;
    current = held;
    return true;
  }

  return {
    current() {
      if (Date.now() - lookedAt >= LOOK_AGAIN_MS) reload();
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
        `cannot use both credentials.${part} and credentials.${field}: pass one of them`,
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
      `cannot use credentials without credentials.${missing}: a certificate and its key go together`,
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
      }; is it there, and may it be read?`,
      { cause },
    );
  }
}
