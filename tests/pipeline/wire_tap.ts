import { connect } from "@nats-io/transport-node";

/** A message as it was on the wire. */
export interface Tapped {
  subject: string;
  text: string;
}

/** Listens to all that a broker carries, by NATS's own client and nothing of this package. */
export interface WireTap extends AsyncDisposable {
  /** What came on subjects that begin so, in order. */
  on(prefix: string): Tapped[];
  /** Resolves when all that was published before this call is here. */
  settled(): Promise<void>;
}

/** Not `>`: that also sees what JetStream delivers to its consumers. */
const SUBJECTS = ["resources.>", "drivers.>", "events.>", "pipelines.>", "logs.>", "live.logs.>"];

/** Taps the wire of a nats-server. */
export async function tapWire(url: string): Promise<WireTap> {
  const connection = await connect({ servers: url });
  const messages: Tapped[] = [];
  for (const subject of SUBJECTS) {
    connection.subscribe(subject, {
      callback(_error, { subject, data }) {
        messages.push({ subject, text: new TextDecoder("utf-8", { fatal: true }).decode(data) });
      },
    });
  }
  await connection.flush();
  return {
    on: (prefix) => messages.filter(({ subject }) => subject.startsWith(prefix)),
    settled: () => connection.flush(),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
