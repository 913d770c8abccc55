/** Loads the client's credentials, and reloads them when their files change. @module */

import { messageOf } from "../errors.ts";
import { readTextFileNow } from "../runtime/builtin.ts";
import { filePath, resolveSetting } from "../settings.ts";
import { requireKnown } from "../validate.ts";
import type { Credentials } from "./credentials.ts";
import { type Identity, invalid, readIdentity } from "./identity.ts";

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
  let texts = readTexts(given);
  if (Object.keys(texts).length === 0) return undefined;
  let current = identified(texts);
  let checkedAt = Date.now();

  /** Keeps the old pair, while it is valid, when the files cannot be used: they may be half replaced. */
  function reload(): boolean {
    checkedAt = Date.now();
    try {
      const now = readTexts(given);
      if (PARTS.every((part) => now[part] === texts[part])) return false;
      current = identified(now);
      texts = now;
      return true;
    } catch (error) {
      if (!current.identity || current.identity.leaf.notAfter.getTime() < Date.now()) throw error;
      return false;
    }
  }

  return {
    current() {
      if (Math.abs(Date.now() - checkedAt) >= RELOAD_INTERVAL_MS) reload(); // The clock may be set back.
      return current;
    },
    reload,
  };
}

type Texts = { -readonly [Part in keyof LoadedCredentials]: string };

/** Reads each part that is passed as text or as a path, in the options or in the environment. */
function readTexts(given: Credentials): Texts {
  const texts: Texts = {};
  requireKnown(given, PARTS.flatMap((part) => [part, `${part}File`]), "credentials.");
  for (const part of PARTS) {
    const [text, field] = [given[part], `${part}File` as const];
    if (text !== undefined && given[field] !== undefined) {
      throw invalid(field, `credentials.${part} is set too`);
    }
    const read = text ??
      readFile(
        field,
        resolveSetting(
          filePath(`CONVEYOR_${part.toUpperCase()}_FILE`),
          `credentials.${field}`,
          given[field],
        ),
      );
    // Not every runtime takes a byte-order mark, or line ends of Windows.
    if (read !== undefined) texts[part] = `${read}`.replace(/^\ufeff|\r/g, "");
  }
  return texts;
}

/** Adds the identity of the certificate and its key. */
function identified(texts: Texts): ReadCredentials {
  const { cert, key } = texts;
  const missing = cert === undefined ? "cert" : "key";
  if (texts[missing] === undefined && (cert ?? key) !== undefined) {
    throw invalid(missing, "it is missing");
  }
  const identity = cert !== undefined && key !== undefined
    ? readIdentity({ cert, key })
    : undefined;
  return { ...texts, identity };
}

function readFile(field: string, path: string | undefined): string | undefined {
  try {
    return path && readTextFileNow(path);
  } catch (cause) {
    throw invalid(field, `cannot read the file ${path}: ${messageOf(cause)}`, cause);
  }
}
