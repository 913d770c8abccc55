/** The servers that a connection may use. @module */

import { type ServerUrl, siblingServer } from "./server_url.ts";

/** The configured servers, and the members of their cluster that a server has reported. */
export class ServerPool {
  readonly #configured: readonly ServerUrl[];
  readonly #follow: boolean;
  #learned: ServerUrl[] = [];

  /** Creates a pool. `follow` says whether servers learned from INFO are used. */
  constructor(configured: readonly ServerUrl[], follow: boolean) {
    this.#configured = configured;
    this.#follow = follow;
  }

  /**
   * Replaces the learned servers by the addresses in the INFO of `origin`. Without addresses it keeps them: a server that
   * does not advertise its cluster does not know whether they have left.
   */
  learn(origin: ServerUrl, addresses: readonly string[] = []): void {
    if (!this.#follow || addresses.length === 0) return;
    const known = new Set(this.#configured.map(({ address }) => address));
    this.#learned = addresses.filter((address) => !known.has(address))
      .map((address) => siblingServer(origin, address));
  }

  /**
   * Returns the servers in the order to try: the configured ones that follow the lost one in the list, then the learned
   * ones in random order, because all clients of the lost one move at the same time, and the lost one last.
   */
  after(lost: ServerUrl): ServerUrl[] {
    const isLost = ({ address }: ServerUrl) => address === lost.address;
    const at = this.#configured.findIndex(isLost);
    const rotated = [...this.#configured.slice(at + 1), ...this.#configured.slice(0, at + 1)];
    const all = [...rotated, ...shuffled(this.#learned)];
    return [...all.filter((server) => !isLost(server)), ...all.filter(isLost)];
  }

  /** Whether there is a server besides this one. */
  hasOther({ address }: ServerUrl): boolean {
    return [...this.#configured, ...this.#learned].some((server) => server.address !== address);
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item) => ({ item, rank: Math.random() })).sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
