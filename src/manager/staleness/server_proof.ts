/** Whether the API server that is asked is the one of this broker. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { encodeLogEntry, type LogEntry } from "../../protocol/logs/log_entry.ts";
import { logSubject } from "../../protocol/subjects.ts";
import type { Client } from "../../client/client.ts";
import type { Connection } from "../../transport/transport.ts";

/** For so long a proof holds: an address may come to lead to another server. */
const PROOF_MS = 5 * 60_000;
/** For so long no other proof is tried after one has failed. */
const RETRY_MS = 60_000;
/** Time for a proof: servers read their whole log store for each look at a log. */
const LIMIT_MS = 15_000;
/** How long events wait for a proof. */
const WAIT_MS = 3000;

/** What a proof needs. */
export interface ProofSource {
  readonly connection: Pick<Connection, "publishConfirmed">;
  readonly client: () => Pick<Client, "listLogs">;
  /** Ends the proof. */
  readonly shuttingDown: AbortSignal;
}

/**
 * Proves that a server and a broker belong together. Another Conveyor knows the same calls, and mostly the same resource types, so
 * neither says anything. What does: a resource with the id that an event of this broker has, or a line of a run's log that is
 * published on this broker and found at that server.
 */
export class ServerProof {
  readonly #source: ProofSource;
  #provenAt = -Infinity;
  #failedAt = -Infinity;
  #proving: Promise<boolean> | undefined;

  constructor(source: ProofSource) {
    this.#source = source;
  }

  /** The server has shown a resource with the id that an event of this broker has. */
  seen(): void {
    this.#provenAt = performance.now();
  }

  /**
   * Whether the server is the one of this broker. Where that is not known, looks for `entry` there, for a few seconds at most. Never
   * rejects.
   */
  async holds(entry: LogEntry): Promise<boolean> {
    const now = performance.now();
    if (now - this.#provenAt < PROOF_MS) return true;
    if (now - this.#failedAt < RETRY_MS) return false;
    return await (this.#proving ??= this.#start(entry));
  }

  /** Resolves after `WAIT_MS` at the latest, so that no event waits longer; the proof may go on. */
  async #start(entry: LogEntry): Promise<boolean> {
    const proving = this.#prove(entry).finally(() => this.#proving = undefined);
    const limits = { action: "prove which server it is", timeoutMs: WAIT_MS };
    return await withDeadline(limits, () => proving).catch(() => false);
  }

  async #prove(entry: LogEntry): Promise<boolean> {
    const { shuttingDown: signal } = this.#source;
    const limits = { action: "prove which server it is", timeoutMs: LIMIT_MS, signal };
    try {
      await withDeadline(limits, (signal) => untilStored(this.#source, entry, signal));
      this.seen();
      return true;
    } catch {
      this.#failedAt = performance.now();
      return false;
    }
  }
}

/** Publishes an entry of a run's log, and resolves when the server has it. */
async function untilStored(
  { connection, client }: ProofSource,
  entry: LogEntry,
  signal: AbortSignal,
): Promise<void> {
  const { runId, driver } = entry;
  await connection.publishConfirmed(logSubject(runId), encodeLogEntry(entry));
  for (let pauseMs = 20;; pauseMs = Math.min(2 * pauseMs, 2000)) {
    const entries = await client().listLogs({ runId, driver }, { signal });
    if (entries.some(({ message }) => message === entry.message)) return;
    await delay(pauseMs, signal); // The server stores entries seconds after they are published when it has much to do.
  }
}
