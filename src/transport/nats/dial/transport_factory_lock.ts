/**
 * The client library finds its socket through one setting for the whole process, which each way to connect overwrites
 * when it begins. Attempts of one kind may overlap; attempts of two kinds must take turns.
 *
 * @module
 */

type Kind = "tcp" | "websocket";

let current: Kind | undefined;
let running = 0;
const waiting: { kind: Kind; proceed: () => void }[] = [];

/** Runs an attempt to connect while no attempt of another kind runs. */
export async function withTransportFactory<T>(kind: Kind, attempt: () => Promise<T>): Promise<T> {
  if (running > 0 && (current !== kind || waiting.length > 0)) {
    await new Promise<void>((proceed) => waiting.push({ kind, proceed }));
  } else {
    running++;
    current = kind;
  }
  try {
    return await attempt();
  } finally {
    running--;
    if (running === 0) admitNext();
  }
}

/** Lets the next in line go ahead, and those of its kind right behind it. */
function admitNext(): void {
  current = waiting[0]?.kind;
  while (waiting.length > 0 && waiting[0]!.kind === current) {
    running++;
    waiting.shift()!.proceed();
  }
}
