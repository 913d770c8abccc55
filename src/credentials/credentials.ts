/** The client's key, certificate and CA. @module */

/** Credentials of a client: PEM text, or paths of PEM files. */
export interface Credentials {
  /** Certificate chain, leaf first, PEM text. */
  cert?: string | undefined;
  /** Private key, PEM text: PKCS#8, PKCS#1 or SEC 1; RSA, P-256, P-384 or P-521; not encrypted. */
  key?: string | undefined;
  /** The certificate authority that servers are verified against, PEM text. */
  ca?: string | undefined;
  /** Path of the certificate chain. @default {"CONVEYOR_CERT_FILE"} */
  certFile?: string | undefined;
  /** Path of the private key. @default {"CONVEYOR_KEY_FILE"} */
  keyFile?: string | undefined;
  /** Path of the certificate authority. @default {"CONVEYOR_CA_FILE"} */
  caFile?: string | undefined;
}
