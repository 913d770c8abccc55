/** Looks up how much the consumers of a manager have before them. @module */

import { withDeadline } from "../../async/deadline.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Session } from "../session/session.ts";
import type { ConsumerLevels } from "./measured.ts";

/** A scrape waits no longer for the broker, in milliseconds. */
const LIMIT_MS = 1000;

/** Looks up the consumer of each driver. One that cannot be looked up is left out. Never rejects. */
export async function consumerLevels(
  session: Session | undefined,
  drivers: readonly { readonly name: string }[],
): Promise<ReadonlyMap<string, ConsumerLevels>> {
  const levels = new Map<string, ConsumerLevels>();
  if (!session?.connection.connected) return levels;
  const limits = { action: "look up the consumers", timeoutMs: LIMIT_MS };
  const lookUp = async ({ name }: { readonly name: string }) => {
    const info = await session.connection.consumerInfo(STREAMS.messages, name);
    if (info) levels.set(name, info);
  };
  // What is not known is not shown; why it cannot be looked up, the manager reports itself.
  await withDeadline(limits, () => Promise.allSettled(drivers.map(lookUp))).catch(() => {});
  return levels;
}
