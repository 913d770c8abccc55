/** Whether the API server that is asked is the one of this broker. @module */

import { linkedController, withDeadline } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { encodeLogEntry } from "../../protocol/log_entry.ts";
import { liveLogSubject } from "../../protocol/subjects.ts";
import type { Client } from "../../client/client.ts";
import type { Connection } from "../../transport/transport.ts";

/** For so long a proof holds: an address may come to lead to another server. */
const PROOF_MS = 5 * 60_000;
/** For so long no other proof is tried after one has failed. */
const RETRY_MS = 60_000;
/** Time for a proof: servers read their whole log store before they show new entries. */
const LIMIT_MS = 15_000;
/** How long an event waits for a proof. */
const WAIT_MS = 3000;

/** What a proof needs. */
export interface ProofSource {
  readonly connection: Pick<Connection, "publish">;
  readonly client: () => Pick<Client, "streamLogs">;
  /** Ends the proof. */
  readonly shuttingDown: AbortSignal;
}

/**
 * Proves that a server and a broker belong together. Another Conveyor knows the same calls, and mostly the same resource types, so
 * neither says anything. What does: a resource with the id that an event of this broker has, or a live log line that is published
 * on this broker and comes out at that server.
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

  /** Whether the server is the one of this broker. Proves it where that is not known, for a few seconds at most. Never rejects. */
  async holds(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#provenAt < PROOF_MS) return true;
    if (now - this.#failedAt < RETRY_MS) return false;
    const proving = this.#proving ??= this.#prove().finally(() => this.#proving = undefined);
    const limits = { action: "prove which server it is", timeoutMs: WAIT_MS };
    return await withDeadline(limits, () => proving).catch(() => false);
  }

  async #prove(): Promise<boolean> {
    const { shuttingDown: signal } = this.#source;
    const limits = { action: "prove which server it is", timeoutMs: LIMIT_MS, signal };
    try {
      await withDeadline(limits, (signal) => echo(this.#source, signal));
      this.seen();
      return true;
    } catch {
      this.#failedAt = performance.now();
      return false;
    }
  }
}

/** Publishes a live log line of a run that does not exist, until the server shows it. Rejects when it does not. */
async function echo({ connection, client }: ProofSource, signal: AbortSignal): Promise<void> {
  const runId = crypto.randomUUID();
  const entry = { runId, driver: "conveyor-driver", pipeline: "", timestamp: "", message: runId };
  const { controller, release } = linkedController(signal);
  const { driver } = entry;
  const publish = async () => {
    // Again and again: the server does not say when it has subscribed.
    for (let pauseMs = 50; !controller.signal.aborted; pauseMs = Math.min(2 * pauseMs, 1000)) {
      connection.publish(liveLogSubject(runId, driver), encodeLogEntry(entry));
      await delayUnlessAborted(pauseMs, controller.signal);
    }
  };
  publish().catch(() => controller.abort()); // The connection is closed.
  try {
    const { signal } = controller;
    for await (const { message } of client().streamLogs({ runId, driver, signal })) {
      if (message === runId) return;
    }
    throw new Error("the log ended without the line");
  } finally {
    controller.abort();
    release();
  }
}
