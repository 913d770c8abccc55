/** Certificate chains, checked down from a certificate authority. @module */

import type { X509Certificate } from "node:crypto";
import { ConfigError, messageOf } from "../../errors.ts";
import { certificateBlocks } from "../../encoding/certificate_blocks.ts";
import { host } from "../../runtime/detect.ts";

type CertificateClass = typeof X509Certificate;

/** Loads the X.509 class of the runtime. */
export async function certificateReader(): Promise<CertificateClass> {
  const crypto = await host().builtin<{ X509Certificate?: CertificateClass }>("crypto");
  if (crypto?.X509Certificate) return crypto.X509Certificate;
  throw new ConfigError(
    "auth",
    "cannot check certificates: this runtime has no node:crypto; run the server on Node, Deno or Bun, or without auth",
  );
}

/**
 * Reads the certificates of a PEM text.
 *
 * @throws {ConfigError} when there is none, or one is not readable.
 */
export function readAuthorities(reader: CertificateClass, pem: string): X509Certificate[] {
  const blocks = certificateBlocks(pem);
  if (blocks.length === 0) {
    throw new ConfigError("auth.ca", "cannot use auth.ca: it holds no certificate; pass PEM text");
  }
  return blocks.map((block) => {
    try {
      return new reader(block);
    } catch (cause) {
      const message = `cannot use auth.ca: ${
        messageOf(cause)
      }; pass the authority's certificate as PEM text`;
      throw new ConfigError("auth.ca", message, { cause });
    }
  });
}

/**
 * Checks that a chain, leaf first, leads to one of the authorities, and that each of its certificates is valid now.
 *
 * @throws {Error} that names the certificate and the reason.
 */
export function checkChain(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  now: Date,
): void {
  let [current, ...others] = chain;
  if (!current) throw new Error("the chain is empty");
  checkDates(current, now);
  for (let rest = others;;) {
    const root = authorities.find((authority) => isIssuer(authority, current!));
    if (root) return checkDates(root, now);
    const issuer = rest.find((other) => other.ca && isIssuer(other, current!));
    if (!issuer) throw new Error(`no known authority has issued ${nameOf(current)}`);
    checkDates(issuer, now);
    rest = rest.filter((other) => other !== issuer);
    current = issuer;
  }
}

function isIssuer(issuer: X509Certificate, subject: X509Certificate): boolean {
  return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
}

function checkDates(certificate: X509Certificate, now: Date): void {
  if (now < new Date(certificate.validFrom)) {
    throw new Error(`${nameOf(certificate)} is not valid before ${certificate.validFrom}`);
  }
  if (now > new Date(certificate.validTo)) {
    throw new Error(`${nameOf(certificate)} was valid until ${certificate.validTo}`);
  }
}

function nameOf(certificate: X509Certificate): string {
  return `the certificate of ${certificate.subject.replaceAll("\n", ", ")}`;
}
