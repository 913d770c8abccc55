/** The servers that a connection may use. @module */

import { type ServerUrl, siblingServer } from "./server_url.ts";

/** The configured servers, and those learned from INFO. */
export class ServerPool {
  readonly #configured: readonly ServerUrl[];
  readonly #follow: boolean;
  readonly #learned = new Set<string>();

  /** Creates a pool. `follow` says whether servers learned from INFO are used. */
  constructor(configured: readonly ServerUrl[], follow: boolean) {
    this.#configured = configured;
    this.#follow = follow;
  }

  /** Adds addresses from the INFO of a server. */
  learn(addresses: readonly string[] = []): void {
    if (!this.#follow) return;
    for (const address of addresses) this.#learned.add(address);
  }

  /** Returns all servers in the order to try: the lost one comes last among the configured ones. */
  after(lost: ServerUrl): ServerUrl[] {
    const at = this.#configured.findIndex(({ url }) => url === lost.url);
    const rotated = [...this.#configured.slice(at + 1), ...this.#configured.slice(0, at + 1)];
    const known = new Set(this.#configured.map(({ address }) => address));
    const others = [...this.#learned].filter((address) => !known.has(address));
    return [...rotated, ...others.map((address) => siblingServer(this.#configured[0]!, address))];
  }
}
