/** Accounts of a nats-server, of which one has JetStream and the other imports it. @module */

/**
 * The configuration: the account of the user `server` exports its JetStream, and that of the user `drivers` imports it under the
 * API prefix `server.api`, with the subjects that a driver uses. The password of both is `x`.
 */
export const IMPORTED_JETSTREAM: string = `
  accounts {
    SERVER {
      jetstream: enabled
      users: [{ user: server, password: x }]
      exports: [
        { service: "$JS.API.>", response_type: stream }
        { service: "$JS.ACK.>" }
        { service: "$KV.>" }
        { service: "pipelines.>" }
        { service: "logs.>" }
      ]
    }
    DRIVERS {
      users: [{ user: drivers, password: x }]
      imports: [
        { service: { account: SERVER, subject: "$JS.API.>" }, to: "server.api.>" }
        { service: { account: SERVER, subject: "$KV.>" }, to: "server.api.$KV.>" }
        { service: { account: SERVER, subject: "$JS.ACK.>" } }
        { service: { account: SERVER, subject: "pipelines.>" } }
        { service: { account: SERVER, subject: "logs.>" } }
      ]
    }
  }`;
