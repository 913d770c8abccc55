/** A user for the drivers, whose permissions can change while the server runs. */

import type { SingleServer } from "./broker.ts";

/** What the acknowledgements of a driver are published on. */
export const ACKS = ["$JS.ACK.>"];

/** The user of the drivers. The checker needs no login, and may do anything. */
export class DriversUser {
  /** The user and the password, as they stand in a URL. */
  readonly login = "driver:driver";
  #denied: readonly string[] = [];

  /** The configuration of a server, with the permissions as they are now. */
  configuration(): string {
    const publish = `publish: { allow: [">"], deny: ${JSON.stringify(this.#denied)} }`;
    return `no_auth_user: checker
authorization { users: [
  { user: checker, password: checker }
  { user: driver, password: driver, permissions: { ${publish} } }
] }`;
  }

  /** Takes away the permission to publish on some subjects, and gives all others back. */
  async deny(server: SingleServer, subjects: readonly string[]): Promise<void> {
    this.#denied = subjects;
    await server.reload();
  }
}
