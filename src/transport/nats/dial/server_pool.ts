/** The servers that a line may connect to. @module */

import { type ServerUrl, siblingServer } from "./server_url.ts";

/** The servers that were given, and those that they told of. */
export class ServerPool {
  readonly #given: readonly ServerUrl[];
  readonly #follow: boolean;
  readonly #learned = new Set<string>();

  /** Makes a list. `follow` says whether servers that are told of count. */
  constructor(given: readonly ServerUrl[], follow: boolean) {
    this.#given = given;
    this.#follow = follow;
  }

  /** Notes addresses that a server told of. */
  learn(addresses: readonly string[] = []): void {
    if (!this.#follow) return;
    for (const address of addresses) this.#learned.add(address);
  }

  /** All of them in the order to try, so that the one just lost comes last among the given. */
  after(lost: ServerUrl): ServerUrl[] {
    const at = this.#given.findIndex(({ url }) => url === lost.url);
    const turned = [...this.#given.slice(at + 1), ...this.#given.slice(0, at + 1)];
    const known = new Set(this.#given.map(({ address }) => address));
    const others = [...this.#learned].filter((address) => !known.has(address));
    return [...turned, ...others.map((address) => siblingServer(this.#given[0]!, address))];
  }
}
