/**
 * A lock on the transport factory of the client library, a setting of the whole process that TCP and WebSocket overwrite
 * when they connect. Attempts of one kind may run at the same time; attempts of two kinds must not.
 *
 * @module
 */

type Kind = "tcp" | "websocket";

let current: Kind | undefined;
let running = 0;
const waiting: { kind: Kind; start: () => void }[] = [];

/** Runs an attempt while no attempt of another kind is running. */
export async function withTransportFactory<T>(kind: Kind, attempt: () => Promise<T>): Promise<T> {
  if (running > 0 && (current !== kind || waiting.length > 0)) {
    await new Promise<void>((start) => waiting.push({ kind, start }));
  } else {
    running++;
    current = kind;
  }
  try {
    return await attempt();
  } finally {
    running--;
    if (running === 0) startNext();
  }
}

/** Starts the next attempt, and the attempts of the same kind right behind it. */
function startNext(): void {
  current = waiting[0]?.kind;
  while (waiting.length > 0 && waiting[0]!.kind === current) {
    running++;
    waiting.shift()!.start();
  }
}
