/** Checks of the client's certificate: dates, usages and chain. @module */

import { X509Certificate } from "node:crypto";
import { openCredentials } from "../../credentials/credential_store.ts";
import type { Credentials } from "../../credentials/credentials.ts";
import { readPem } from "../../encoding/pem.ts";
import { fault, faultOf, type Finding, ok, warning } from "./finding.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** The extension "extended key usage", and the two usages, as they are in a certificate's bytes. */
const USAGE_EXTENSION = "0603551d25";
const SERVER_AUTH = "06082b06010505070301";
const CLIENT_AUTH = "06082b06010505070302";

/** Checks the credentials of the options or of the environment. */
export function checkCredentials(given: Credentials | undefined): Finding[] {
  let texts;
  try {
    texts = openCredentials(given)?.current();
  } catch (error) {
    return [
      faultOf("credentials", error, "correct the files that the options or CONVEYOR_*_FILE name"),
    ];
  }
  if (!texts) return [ok("credentials", "none are set")];
  const { cert, ca } = texts;
  if (cert === undefined) return [ok("credentials", "an authority alone, no client certificate")];
  const chain = certificatesOf(cert);
  const [leaf] = chain;
  if (!leaf) return [fault("credentials", "there is no certificate", "pass a chain, leaf first")];
  const authorities = ca === undefined ? [] : certificatesOf(ca);
  return [
    ok("credentials", `the certificate of ${leaf.subject.replaceAll("\n", ", ")}; its key matches`),
    checkDates(leaf),
    ...checkUsages(leaf),
    checkChain(chain, authorities),
  ];
}

function certificatesOf(pem: string): X509Certificate[] {
  return readPem(pem).filter(({ label }) => label === "CERTIFICATE")
    .map(({ bytes }) => new X509Certificate(bytes));
}

function checkDates(leaf: X509Certificate): Finding {
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  const fix = "renew the certificate";
  const now = Date.now();
  if (now < from) {
    return fault("dates", `valid only from ${leaf.validFrom} on`, "wait, or correct this clock");
  }
  if (now > to) return fault("dates", `the certificate expired on ${leaf.validTo}`, fix);
  const days = Math.floor((to - now) / DAY_MS);
  const detail = `valid until ${leaf.validTo}, ${days} days`;
  return days < SOON_DAYS ? warning("dates", detail, fix) : ok("dates", detail);
}

/** The API server verifies a client by the usage of a server, NATS by that of a client. */
function checkUsages(leaf: X509Certificate): Finding[] {
  const bytes = Array.from(leaf.raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!bytes.includes(USAGE_EXTENSION)) return [ok("usages", "not restricted")];
  const [server, client] = [SERVER_AUTH, CLIENT_AUTH].map((usage) => bytes.includes(usage));
  if (server && client) return [ok("usages", "serverAuth and clientAuth")];
  const issue = (usage: string) => `issue it with the extended key usage ${usage}, or without any`;
  return [
    ...(server ? [] : [
      fault(
        "usages",
        "it lacks serverAuth, which the API server requires of clients",
        issue("serverAuth"),
      ),
    ]),
    ...(client
      ? []
      : [fault("usages", "it lacks clientAuth, which NATS requires", issue("clientAuth"))]),
  ];
}

/** Each certificate is issued by the next one, and the last by an authority. */
function checkChain(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): Finding {
  for (const [index, certificate] of chain.slice(0, -1).entries()) {
    if (!isIssuedBy(certificate, chain[index + 1]!)) {
      return fault(
        "chain",
        `certificate ${index + 1} of the chain was not issued by the next one`,
        "put the chain in order: the leaf, then each issuer",
      );
    }
  }
  if (authorities.length === 0) return ok("chain", "no authority is set to compare with");
  const last = chain.at(-1)!;
  return authorities.some((authority) => isIssuedBy(last, authority))
    ? ok("chain", "leads to the authority")
    : fault(
      "chain",
      "it does not lead to the authority in the CA file",
      "add the certificates in between to the chain, or pass the authority that issued it",
    );
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
