/** Transports to NATS servers. @module */

import type { ConnectOptions, Transport } from "../transport.ts";
import { NatsConnection } from "./nats_connection.ts";
import type { Dial } from "./dial/dial.ts";
import { type DialLoopOptions, dialUntilConnected } from "./dial/dial_loop.ts";
import { ReconnectingConnection } from "./core/reconnecting_connection.ts";
import { subjectPrefixes } from "../subject_prefixes.ts";
import { parseServer } from "./dial/server_url.ts";

/** What a transport has besides its dial function. */
export type TransportTraits = Pick<DialLoopOptions, "followCluster" | "probe">;

/** Creates a transport from a dial function. */
export function natsTransport(
  dial: Dial,
  traits: TransportTraits,
): Transport {
  return {
    async connect({ servers, signal, onAttemptFailed, ...rest }: ConnectOptions) {
      const prefixes = subjectPrefixes(rest);
      const parsed = servers.map(parseServer);
      const lasting: DialLoopOptions = { ...rest, ...traits, servers: parsed };
      const established = await dialUntilConnected(dial, {
        ...lasting,
        ...(signal ? { signal } : {}),
        ...(onAttemptFailed ? { onAttemptFailed } : {}),
      });
      return new NatsConnection(new ReconnectingConnection(dial, lasting, established), prefixes);
    },
  };
}
