/** Records of outcomes that earlier deliveries have reached, in this process or in another one. @module */

import { messageOf } from "../../errors.ts";
import { notYet, type Outcome, type ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { BoundedMap } from "../session/bounded_map.ts";
import { RecentIds } from "./recent_ids.ts";

/** An outcome that is kept for the next delivery of its message. */
interface Entry {
  readonly outcome: ResultOutcome;
  /** The only delivery that may use it; `undefined` when any may. */
  readonly onlyDelivery: number | undefined;
}

/** The most that kept outcomes may take, in bytes. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;
/** The most results that are stored late at a time. The others wait for their redelivery. */
const MOST_LATE = 256;
/** So many settled runs are remembered at least. */
const MOST_SETTLED = 5000;
/**
 * A process that reconnects says what it has stored. What another one has recorded is left to it for so long, in milliseconds: its
 * next try to connect may come five seconds later. A server that was restarted would store the result once more.
 */
const SAYS_STORED_MS = 8000;
/** The most that dead letters may take that are to be reported, in bytes. */
const MOST_LETTER_BYTES = 2 * 1024 * 1024;

/**
 * The outcomes of one driver's runs: those that this process has settled or could not store yet, and the journal's. What this process knows itself comes first.
 */
export class OutcomeRecords {
  readonly #kept: BoundedMap<Entry>;
  /** The ids of runs whose acknowledgements may be lost. */
  readonly #settled = new RecentIds(MOST_SETTLED);
  /** The reasons of those that were stored late and whose dead letters are still to be reported. */
  readonly #letters = new BoundedMap<string>(MOST_LETTER_BYTES);

  /** The ids of results that are being stored late. */
  readonly #late = new Set<string>();

  constructor(mostKeptBytes: number = MOST_KEPT_BYTES) {
    this.#kept = new BoundedMap(mostKeptBytes);
  }

  /** Finds the outcome of an earlier delivery; `undefined` when the run is still to be done. A kept one is taken out. Never rejects. */
  async find(run: Run): Promise<Outcome | undefined> {
    if (this.#settled.has(run.resultId)) {
      return { kind: "already-done", deadLetterReason: this.#letters.get(run.resultId) };
    }
    const own = this.#take(run);
    if (own) return own;
    try {
      const { journal } = run.session;
      const found = await journal?.find(run.key);
      if (found?.foreign && performance.now() - journal!.restoredAt < SAYS_STORED_MS) {
        return notYet("it may be stored");
      }
      return found?.stored
        ? { kind: "already-done", deadLetterReason: found.deadLetterReason }
        : found && { kind: "result", ...found.outcome };
    } catch (error) {
      return notYet(`cannot read the outcome journal: ${messageOf(error)}`, error);
    }
  }

  /**
   * Keeps an outcome of `bytes` for the next delivery of its message; the oldest ones are dropped at the limit. With
   * `onlyDelivery`, no later delivery may use it: an outcome whose lease ran out counts only if no other process has had the
   * message since.
   */
  keep(run: Run, outcome: ResultOutcome, bytes: number, onlyDelivery?: number): void {
    this.#kept.set(run.resultId, { outcome, onlyDelivery }, bytes);
  }

  /** The result is not known to be stored: the next delivery, here or elsewhere, stores it. */
  unconfirmed(run: Run, outcome: ResultOutcome, bytes: number, refused: boolean): void {
    if (this.#settled.has(run.resultId)) return; // Another delivery has stored it meanwhile.
    this.keep(run, outcome, bytes);
    run.session.journal?.unconfirmed(run.key, outcome, refused);
  }

  /** The run has come to its end: a later delivery, whose acknowledgement was lost, has nothing left to do. */
  settled(run: Run): void {
    this.#settled.add(run.resultId);
    this.#letters.delete(run.resultId);
  }

  /** Has a result stored late, unless it is being stored already or too many are. */
  late({ resultId }: Run, store: () => Promise<void>): void {
    if (this.#late.size >= MOST_LATE || this.#late.has(resultId)) return;
    this.#late.add(resultId);
    void store().then(() => this.#late.delete(resultId));
  }

  /** Whether an outcome is still kept for the next delivery, and not yet in its hands. */
  keeps(run: Run): boolean {
    return this.#kept.get(run.resultId) !== undefined;
  }

  /**
   * A kept result is stored after all, and `recorded` perhaps: the next delivery has only its dead letter to report, if it is
   * one.
   */
  storedLate(run: Run, { deadLetterReason: reason }: ResultOutcome, recorded?: boolean): void {
    const { resultId, session } = run;
    if (this.#settled.has(resultId)) return;
    this.#kept.delete(resultId);
    this.#settled.add(resultId);
    if (reason !== undefined) this.#letters.set(resultId, reason, resultId.length + reason.length);
    session.journal?.stored(run.key, recorded);
  }

  #take({ resultId, delivery }: Run): ResultOutcome | undefined {
    const entry = this.#kept.get(resultId);
    if (!entry) return undefined;
    this.#kept.delete(resultId);
    const usable = entry.onlyDelivery === undefined ||
      entry.onlyDelivery === delivery.deliveryCount;
    return usable ? entry.outcome : undefined;
  }
}
