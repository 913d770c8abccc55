/** Whether a second result is one of those that docs/delivery.md names. */

import { STREAMS } from "../../src/protocol/subjects.ts";
import type { Plan } from "../plan/plan.ts";
import type { Ledger } from "./ledger.ts";
import type { RunRecord, StoredResult } from "./run_record.ts";

/** The duplicate window of the results' stream, in milliseconds. */
const WINDOW_MS = 120_000;
/** A process says that a result is stored within this time, in milliseconds: it writes every 50 ms at most. */
const SAYS_MS = 100;
/**
 * With so much time on a connection, while the stream of results stores them, a process stores a result again whose confirmation
 * was lost, in milliseconds.
 */
const STORES_AGAIN_MS = 15_000;
/** A result is confirmed within this time, in milliseconds. */
const CONFIRMS_MS = 15;
/** With so much time on a connection, a process that has had the confirmation says so, in milliseconds. */
const SAYS_AGAIN_MS = 1000;
/** A result that is not confirmed is sent again on the next connection for so long, in milliseconds. */
const SENT_AGAIN_MS = 15_000;
/** What takes longer than this on its way was held back, in milliseconds. */
const HELD_BACK_MS = 1000;

/** Whether each result of a run after its first one is in a gap that the documents name. */
export function inNamedGap(run: RunRecord, ledger: Ledger, plan: Plan): boolean {
  const [first, ...others] = run.stored.filter(({ duplicate }) => !duplicate);
  return first === undefined ||
    others.every((other) =>
      plan.managers.some(({ journal }) => !journal) ||
      ledger.journalAway.overlap("journal", first.sentAt, other.at) ||
      isLateCopy(first, other, ledger) ||
      isSleepers(run, first, other, ledger) ||
      isOfTwo(run, first, other, ledger) ||
      isUntold(run, first, other, ledger)
    );
}

/**
 * "Two processes publish it at the same time": the run of one had ended when another one's result was stored and told, and the
 * server had forgotten the id when it arrived.
 */
function isOfTwo(
  { calls, refused, toldAt }: RunRecord,
  first: StoredResult,
  other: StoredResult,
  ledger: Ledger,
): boolean {
  const knownAt = toldAt ?? first.at + SAYS_MS;
  const ends = calls.map(({ owner, endedAt }) => ({ owner, at: endedAt ?? Infinity }));
  return !knowsId(first, other.at, ledger) && other.at - first.at < SENT_AGAIN_MS &&
    [...ends, ...refused].some(({ owner, at }) => owner === other.owner && at <= knownAt);
}

/** "A copy of a result that a broken network holds back": the stream would have dropped it when it was sent. */
function isLateCopy(first: StoredResult, other: StoredResult, ledger: Ledger): boolean {
  const { client, sentAt, at } = other;
  return at - sentAt > HELD_BACK_MS && ledger.breaks.overlap(client, sentAt, at) &&
    (sentAt < first.at || knowsId(first, sentAt, ledger));
}

/** "A process whose host has slept unnoticed, and whose consumer was deleted in that time": the stream has forgotten the id. */
function isSleepers(
  run: RunRecord,
  first: StoredResult,
  { owner, at, deliveredAt }: StoredResult,
  ledger: Ledger,
): boolean {
  return owner?.hidesSleep === true && ledger.voided.has(run, deliveredAt) &&
    !knowsId(first, at, ledger);
}

/** "Its process dies, stands still or is cut off before it has said so", and the stream has forgotten the id. */
function isUntold(
  run: RunRecord,
  first: StoredResult,
  other: StoredResult,
  ledger: Ledger,
): boolean {
  const { breaks } = ledger;
  const { stored, toldAt = Infinity, firstRecordedAt = Infinity, unconfirmedAt = Infinity } = run;
  if (toldAt < other.deliveredAt || knowsId(first, other.at, ledger)) return false;
  if (!breaks.overlap(first.client, first.sentAt, first.at + SAYS_MS)) return false;
  const isConfirmed = !breaks.overlap(first.client, first.sentAt, first.at + CONFIRMS_MS);
  const isSaid = breaks.longestWithout([first.client], first.at, other.deliveredAt) > SAYS_AGAIN_MS;
  if (isConfirmed && first.owner?.dead === false && isSaid) return false;
  // A restart or a deletion has made the stream forget it.
  if (other.at - first.at < WINDOW_MS || !knowsId(first, first.at + WINDOW_MS - 1, ledger)) {
    return true;
  }
  // After the window only a process that knows of no confirmation publishes: one that finds no record because it was lost behind
  // the result, one that finds it unconfirmed, one that finds it younger than the result is, and one that has found it in time,
  // and has had no confirmation of the result itself.
  const isGone = first.owner?.dead === true || isAway(first, publishedAt(run, first), ledger);
  const again = stored.find(({ duplicate, at }) => duplicate && at < other.at);
  const knowsOfNone = firstRecordedAt > other.deliveredAt || unconfirmedAt < other.sentAt ||
    firstRecordedAt - first.at > WINDOW_MS / 4 ||
    isTriedInVain(run, first, other, ledger);
  return isGone && (knowsOfNone || again !== undefined && isRepeated(first, again, other, ledger));
}

/** Whether a process that had found the record published the result again, and got no confirmation or has made the record younger. */
function isRepeated(
  first: StoredResult,
  again: StoredResult,
  other: StoredResult,
  ledger: Ledger,
): boolean {
  return other.owner === again.owner
    ? isAway(again, first.at, ledger)
    : again.at - first.at > WINDOW_MS / 4;
}

/** Whether a process had the event in time before, and was cut off, so that what it then published again is lost. */
function isTriedInVain(
  { deliveries }: RunRecord,
  first: StoredResult,
  other: StoredResult,
  ledger: Ledger,
): boolean {
  const { client, owner, deliveredAt } = other;
  const tries = [...deliveries].filter(([key]) => key.startsWith(`${client} `)).map(([, at]) => at);
  return tries.some((at) =>
    at > first.at && at < deliveredAt && at < first.at + WINDOW_MS * 0.75 &&
    ledger.ownerOf(client, at) === owner && ledger.breaks.overlap(client, at, at + SENT_AGAIN_MS)
  );
}

/** Whether the process of a result was away, or could store none, for most of the duplicate window since a time. */
function isAway({ client, at }: StoredResult, since: number, { breaks }: Ledger): boolean {
  const until = since + WINDOW_MS * 0.75;
  return breaks.longestWithout([client, STREAMS.pipelineEngine], at, until) < STORES_AGAIN_MS;
}

/** When its process has published it first: when its run had ended, if it ran it itself. */
function publishedAt({ calls }: RunRecord, { owner, sentAt, deliveredAt }: StoredResult): number {
  const call = calls.findLast((one) => one.owner === owner && (one.endedAt ?? Infinity) <= sentAt);
  return Math.max(deliveredAt, call?.endedAt ?? 0);
}

/** Whether the stream still has the id. It counts in whole milliseconds. */
function knowsId(first: StoredResult, at: number, { forgettings }: Ledger): boolean {
  return Math.floor(at) - Math.floor(first.at) < WINDOW_MS &&
    !forgettings.some((one) => one >= first.at && one <= at);
}
