/** What the streams take from the processes: results, logs, dead letters, and what the journal keeps. */

import { decodeOutcomeRecord } from "../../src/manager/session/outcome_record.ts";
import { decodeNumbers, saysStored } from "../../src/manager/session/stored_numbers.ts";
import { checkAttempt } from "./attempts.ts";
import type { Ledger } from "./ledger.ts";
import { checkResult } from "./result.ts";
import type { RunRecord } from "./run_record.ts";

const JOURNAL_SUBJECT = "$KV.conveyor-driver-outcomes.";
const NUMBERS_SUBJECT = `${JOURNAL_SUBJECT}instance.`;
const RESTARTS_SUBJECT = `${JOURNAL_SUBJECT}restarted`;
const ATTEMPTS_SUBJECT = `${JOURNAL_SUBJECT}attempts.`;

/** A message that a stream took. */
export interface Taken {
  readonly stream: string;
  readonly subject: string;
  readonly data: Uint8Array;
  /** Whether it was dropped, because the stream had it. */
  readonly duplicate: boolean;
  readonly client: string;
  readonly sentAt: number;
}

/** Writes down what a stream took, and checks it. */
export function noteStored(ledger: Ledger, taken: Taken): void {
  const { stream, subject, data } = taken;
  if (stream === "pipeline-engine") noteResult(ledger, taken);
  else if (subject.startsWith("logs.")) ledger.api?.logged(data);
  else if (subject.endsWith(".dead-letter")) noteDeadLetter(ledger, taken);
  else if (subject === RESTARTS_SUBJECT) {
    ledger.world.say(() => `a restart is recorded by ${taken.client}`);
  } else if (subject.startsWith(NUMBERS_SUBJECT)) noteNumbers(ledger, taken);
  else if (subject.startsWith(ATTEMPTS_SUBJECT)) noteAttempts(ledger, taken);
  else if (subject.startsWith(JOURNAL_SUBJECT)) noteRecord(ledger, taken);
}

function noteResult(ledger: Ledger, { data, duplicate, client, sentAt }: Taken): void {
  const { run_id, driverresult } = JSON.parse(textOf(data));
  const run = ledger.find(driverresult.driver, run_id);
  ledger.world.say(() =>
    `result of event ${run?.event.id} for ${run?.driver} stored from ${client}${
      duplicate ? " (duplicate)" : ""
    }`
  );
  if (!run) return;
  ledger.moments.happened("result", client);
  ledger.resultSent(run);
  run.stored.push({
    at: ledger.world.now,
    sentAt,
    duplicate,
    client,
    owner: ledger.ownerOf(client, sentAt),
    deliveredAt: run.deliveredAt.get(client) ?? 0,
    success: driverresult.success,
  });
  if (!duplicate) checkResult(ledger.plan, ledger, run, driverresult);
}

/** A stream did not take a result. */
export function noteRefused(
  ledger: Ledger,
  { data, client, sentAt }: Pick<Taken, "data" | "client" | "sentAt">,
  why: string,
): void {
  const { run_id, driverresult } = JSON.parse(textOf(data));
  const run = ledger.find(driverresult.driver, run_id);
  ledger.world.say(() => `result of event ${run?.event.id} not stored: ${why}`);
  if (!run) return;
  run.refused.push({ at: ledger.world.now, owner: ledger.ownerOf(client, sentAt) });
  ledger.resultSent(run);
}

function noteDeadLetter(ledger: Ledger, { data }: Taken): void {
  const { run_id, driver } = JSON.parse(textOf(data));
  const run = ledger.find(driver, run_id);
  if (run) run.deadLetters++;
}

/** A process tells which of its results are stored. */
function noteNumbers({ runs, moments, world }: Ledger, { subject, data, client }: Taken): void {
  const instance = subject.slice(NUMBERS_SUBJECT.length);
  const numbers = decodeNumbers(data);
  for (const run of runs) {
    const of = run.record?.numbers;
    if (numbers && of?.instance === instance && saysStored(numbers, of.result)) {
      run.toldAt ??= world.now;
    }
  }
  moments.happened("record", client);
  world.say(() => `numbers stored from ${client}: ${textOf(data)}`);
}

function noteAttempts(ledger: Ledger, { subject, data, client }: Taken): void {
  const run = ledger.records.ofRecord(subject);
  const text = textOf(data);
  ledger.world.say(() => `${text} attempts at event ${run?.event.id} recorded by ${client}`);
  if (!run) return;
  checkAttempt(ledger, run, client, Number(text), "records");
}

/**
 * A process has read how many attempts at an event the bucket knows of, or what became of it.
 *
 * @returns the run whose outcome it has read
 */
export function noteRead(
  { records }: Ledger,
  subject: string,
  data: Uint8Array | undefined,
  client: string,
): RunRecord | undefined {
  if (!data || !subject.startsWith(JOURNAL_SUBJECT)) return undefined;
  const run = records.ofRecord(subject);
  if (!subject.startsWith(ATTEMPTS_SUBJECT)) return run;
  run?.counted.push({ client, count: Number(textOf(data)) });
  return undefined;
}

function noteRecord({ records, moments, world }: Ledger, { subject, data, client }: Taken): void {
  const run = records.ofRecord(subject);
  if (run) run.record = decodeOutcomeRecord(data);
  if (run?.record) run.firstRecordedAt ??= world.now;
  if (run?.record?.unconfirmed) run.unconfirmedAt ??= world.now;
  if (run?.record?.unconfirmed === false) run.recordedAt = world.now;
  moments.happened("record", client);
  world.say(() =>
    `record of event ${run?.event.id} stored from ${client}: ${textOf(data).slice(0, 80)}`
  );
}

function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
