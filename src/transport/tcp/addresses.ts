/** Names with several addresses. @module */

import { host } from "../../runtime/detect.ts";
import type { ServerUrl } from "../nats/dial/server_url.ts";

/** The part of Node's `dns/promises` that is used; Deno and Bun implement it too. */
interface Dns {
  lookup(
    name: string,
    options: { all: true },
  ): Promise<readonly { readonly address: string; readonly family: number }[]>;
}

/**
 * Returns the server to dial in a round of attempts. In the first, runtimes connect to the first address of a name that
 * accepts a connection. That one may be a server that does not respond, and they would choose it again: every second
 * round chooses another address of the name.
 */
export async function atAddress(server: ServerUrl, round: number): Promise<ServerUrl> {
  if (round % 2 === 0) return server;
  const [, name, port] = /^(.*):(\d+)$/.exec(server.address)!;
  const dns = await host().builtin<Dns>("dns/promises");
  // A name that cannot be resolved fails the attempt itself, which reports it.
  const found = await dns?.lookup(name!, { all: true }).catch(() => []) ?? [];
  if (found.length < 2) return server;
  const { address, family } = found[(round + 1) / 2 % found.length]!;
  return { ...server, address: `${family === 6 ? `[${address}]` : address}:${port}` };
}
