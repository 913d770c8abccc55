/**
 * Diagnosis of failed TLS handshakes. When a server rejects a client certificate, each runtime reports another error,
 * mostly a reset connection. So the client certificate itself is checked.
 *
 * @module
 */

import { ConfigError, messageOf } from "../../errors.ts";
import { certificateBlocks } from "../../encoding/certificate_blocks.ts";
import { host } from "../../runtime/detect.ts";
import { TlsError, type TlsFailureReason } from "../errors.ts";
import { isDeniedByRuntime } from "../nats/dial/connect_failure.ts";
import type { ServerUrl } from "../nats/dial/server_url.ts";
import type { TlsMaterial } from "../transport.ts";

/** The part of Node's `crypto` that is used; Deno and Bun implement it too. */
interface Crypto {
  readonly X509Certificate: new (pem: string) => X509Certificate;
  createPrivateKey(pem: string): PrivateKey;
}

interface X509Certificate {
  readonly publicKey: unknown;
  readonly validFrom: string;
  readonly validTo: string;
  checkIssued(issuer: X509Certificate): boolean;
  verify(issuerKey: unknown): boolean;
  checkPrivateKey(key: PrivateKey): boolean;
}

type PrivateKey = { readonly type: string };

/** Error codes about the server's certificate, equal on all runtimes. */
const SERVER_CERTIFICATE_CODES =
  /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;

/** Error codes of a connection that the peer closes during a handshake. */
const RESET_CODES = /^(?:ECONNRESET|EPIPE|EBADF|EPERM|ERR_SSL_)/;

/** Returns the error of an attempt that failed: a `TlsError` when the handshake failed, else the same error. */
export async function explainTlsFailure(
  server: ServerUrl,
  material: TlsMaterial | undefined,
  cause: unknown,
): Promise<unknown> {
  const code = String((cause as { code?: unknown } | undefined)?.code ?? "");
  const failure = (reason: TlsFailureReason, why: string) =>
    new TlsError(reason, `cannot connect to ${server.url}: ${why}`, { cause });
  if (SERVER_CERTIFICATE_CODES.test(code)) {
    return failure(
      "server-certificate",
      `its certificate cannot be verified for ${server.tlsName} (${code}); ` +
        "set ca to the authority that issued it, and use a name that it is valid for",
    );
  }
  if (material?.handshakeFirst && code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return new TlsError(
      "handshake-first",
      `cannot connect to ${server.url}: tls.handshakeFirst is set, and the server does not begin with the handshake; ` +
        "leave it out, or set handshake_first on the server",
      { cause },
    );
  }
  if (!server.secure && !material || isDeniedByRuntime(cause)) return cause;
  const crypto = await host().builtin<Crypto>("crypto");
  if (!crypto) return cause;
  const certificates = readCertificates(crypto, material);
  checkKey(crypto, certificates[0], material);
  const rejection = RESET_CODES.test(code) && rejectionOf(crypto, certificates, material);
  if (!rejection) return cause;
  const [reason, why] = rejection;
  return failure(reason, `the server closed the TLS handshake${why}`);
}

/** Why a server most likely closed the handshake; `undefined` when the certificate gives no reason. */
function rejectionOf(
  { X509Certificate }: Crypto,
  [leaf, ...intermediates]: X509Certificate[],
  material: TlsMaterial | undefined,
): [reason: TlsFailureReason, why: string] | undefined {
  if (!leaf) {
    return [
      "client-certificate-missing",
      ", and no client certificate is set; the server most likely requires one: set cert and key",
    ];
  }
  const now = Date.now();
  const { validFrom, validTo } = leaf;
  if (now < Date.parse(validFrom) || now > Date.parse(validTo)) {
    return [
      "client-certificate-expired",
      `: the client certificate is valid from ${validFrom} to ${validTo}; renew it`,
    ];
  }
  const authorities = certificateBlocks(material?.ca ?? "").map((pem) => new X509Certificate(pem));
  if (authorities.length === 0 || isIssuedBy(leaf, intermediates, authorities)) return undefined;
  return [
    "client-certificate-untrusted",
    ": the client certificate was not issued by the authority in ca; " +
    "use a certificate of the server's authority, with the full chain",
  ];
}

function isIssuedBy(
  certificate: X509Certificate,
  intermediates: X509Certificate[],
  authorities: X509Certificate[],
): boolean {
  const issued = (issuer: X509Certificate) =>
    certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  if (authorities.some(issued)) return true;
  const [next, ...rest] = intermediates;
  return next !== undefined && issued(next) && isIssuedBy(next, rest, authorities);
}

function readCertificates(crypto: Crypto, material: TlsMaterial | undefined): X509Certificate[] {
  try {
    return certificateBlocks(material?.cert ?? "").map((pem) => new crypto.X509Certificate(pem));
  } catch (cause) {
    throw unreadable("certificate", cause);
  }
}

function checkKey(
  crypto: Crypto,
  leaf: X509Certificate | undefined,
  material: TlsMaterial | undefined,
): void {
  if (!leaf || material?.key === undefined) return;
  let key: PrivateKey;
  try {
    key = crypto.createPrivateKey(material.key);
  } catch (cause) {
    throw unreadable("private key", cause);
  }
  if (leaf.checkPrivateKey(key)) return;
  throw new ConfigError(
    "tls",
    "cannot use the client certificate: the private key does not match it; set cert and key of one pair",
  );
}

function unreadable(what: string, cause: unknown): ConfigError {
  return new ConfigError(
    "tls",
    `cannot read the client ${what}: ${messageOf(cause)}; set it as PEM text`,
    { cause },
  );
}
