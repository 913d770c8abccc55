/**
 * Reproduction for @nats-io/transport-node 3.4.0: on Deno, a server that refuses the client certificate ends the process.
 *
 * nats-server runs with `tls { cert_file, key_file, ca_file, verify: true }`. The certificate passed here is of an
 * authority that the server does not trust. Every attempt should reject:
 *
 *     deno run -A refused_certificate.ts localhost:4222 cert.pem key.pem ca.pem
 *     error: Uncaught Error: received fatal alert: UnknownCA
 *
 * With TLS 1.3, the alert arrives after the client has completed the handshake. `NodeTransport.startTLS` removes all
 * listeners in the handshake's callback, so that the error has none. `tlsFirst` does the same. A listener that stays for
 * the life of the socket, and closes it, would repair both.
 */
import { connect } from "@nats-io/transport-node";

const [servers = "localhost:4222", certFile = "", keyFile = "", caFile = ""] = process.argv.slice(
  2,
);
const tls = { certFile, keyFile, caFile };
for (let attempt = 1; attempt <= 1000; attempt++) {
  await connect({ servers, tls, reconnect: false }).then(
    () => Promise.reject(new Error("the server accepts the certificate")),
    () => console.log(`attempt ${attempt} was refused`),
  );
}
console.log("every attempt was refused");
