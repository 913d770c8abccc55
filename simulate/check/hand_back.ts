/** Events that a process hands back, and when they may come again. */

import type { Plan } from "../plan/plan.ts";
import type { Nak } from "../server/server.ts";
import { askedDelay } from "./asked_delay.ts";
import type { Ledger } from "./ledger.ts";
import type { RunRecord } from "./run_record.ts";

/** A process gives an event up that was delivered more often: the default of `maxDeliveries`. */
const MOST_DELIVERIES = 1000;

/** Writes down that an event is handed back, and checks its delay. */
export function noteNak(ledger: Ledger, run: RunRecord, nak: Nak): void {
  const { delayMs, client, sentAt } = nak;
  const { now } = ledger.world;
  run.lastNak = { at: now, sentAt, delayMs };
  if (nak.deliveryCount <= MOST_DELIVERIES && !isListed(ledger.plan, run, client)) {
    run.handedBackMs += delayMs;
  }
  if (isOfAnother(ledger, run, nak)) ledger.voided.add(now, run.driver, run);
  const asked = askedDelay(ledger.plan, run, client);
  if (delayMs < Math.min(asked, 1e9)) {
    ledger.violate(
      "retried-too-early",
      `event ${run.event.id} for ${run.driver} is to come again in ${delayMs} ms, not ${asked} ms`,
    );
  }
}

/**
 * A renewal that the network has held back until after the nak puts the ack wait in the place of its delay, and so does one of a
 * process that does not know of a shorter ack wait yet, or not that its host has slept.
 */
export function noteRenewal(
  ledger: Ledger,
  run: RunRecord,
  client: string,
  sentAt: number,
): void {
  if (!run.lastNak) return;
  const { voided, ackWaits } = ledger;
  const deliveredAt = run.deliveredAt.get(client) ?? Infinity;
  const isOfBefore = sentAt < run.lastNak.sentAt || voided.has(run, deliveredAt) ||
    ackWaits.mayBeUnknown(run.driver, client, deliveredAt, sentAt) ||
    ledger.ownerOf(client, sentAt)?.hidesSleep;
  if (isOfBefore) run.lastNak = undefined;
}

/**
 * The ack wait of a driver's consumer was changed: at once for what is pending, and for what was handed back with a delay, which a
 * server counts as the last part of the ack wait.
 */
export function noteAckWait(
  { records }: Ledger,
  driver: string,
  beforeMs: number,
  afterMs: number,
): void {
  const shorterMs = Math.max(0, beforeMs - afterMs);
  for (const run of records.all) {
    if (run.driver !== driver || !run.lastNak) continue;
    run.lastNak = { ...run.lastNak, delayMs: run.lastNak.delayMs - shorterMs };
  }
}

/** A delivery must not come before the delay of the nak is over, unless the server has forgotten it. */
export function checkDelay(ledger: Ledger, run: RunRecord): void {
  const { lastNak, event, driver } = run;
  run.lastNak = undefined;
  if (!lastNak || ledger.voided.has(run, lastNak.at)) return;
  const waited = ledger.world.now - lastNak.at;
  if (waited < Math.min(lastNak.delayMs, 1e9) - 1) {
    ledger.violate(
      "retried-too-early",
      `event ${event.id} for ${driver} came again after ${
        waited.toFixed(0)
      } ms of ${lastNak.delayMs} ms`,
    );
  }
}

/**
 * Whether what is handed back may be another process's by now, or the same one's next delivery: the server has forgotten the
 * delivery, or has redelivered it after a shorter ack wait that the process did not know, or while a broken network held back what
 * was sent before.
 */
function isOfAnother(ledger: Ledger, run: RunRecord, nak: Nak): boolean {
  const { voided, ackWaits } = ledger;
  const { client, deliveryCount, sentAt } = nak;
  if (wasHeldBack(ledger, run, nak)) return true;
  // The next delivery may be there, and even count the same.
  const call = run.calls.findLast(({ owner, startedAt }) =>
    owner.name === client && startedAt <= sentAt
  );
  const deliveredAt = run.deliveries.get(`${client} ${deliveryCount}`) ?? 0;
  return voided.has(run, Math.min(deliveredAt, call?.deliveredAt ?? deliveredAt)) ||
    isRedelivered(run, deliveryCount) &&
      ackWaits.mayBeUnknown(run.driver, client, deliveredAt, sentAt);
}

/** Whether a process lists the event's type. */
function isListed({ managers }: Plan, { driver, event }: RunRecord, client: string): boolean {
  return managers.some(({ name, drivers }) =>
    name === client &&
    drivers.some((one) => one.name === driver && one.resources.includes(event.type))
  );
}

function isRedelivered({ deliveries }: RunRecord, count: number): boolean {
  return [...deliveries.keys()].some((key) => Number(key.split(" ")[1]) > count);
}

/** What takes longer than this on its way was held back, in milliseconds. */
const HELD_BACK_MS = 1000;

/** Whether it was sent in time, and a broken network let it through only after the next delivery. */
function wasHeldBack(
  { world, breaks }: Ledger,
  { deliveries }: RunRecord,
  { client, deliveryCount, sentAt }: Nak,
): boolean {
  const later = [...deliveries].filter(([key]) => Number(key.split(" ")[1]) > deliveryCount);
  return later.length > 0 && later.every(([, at]) => at >= sentAt) &&
    world.now - sentAt > HELD_BACK_MS && breaks.overlap(client, sentAt, world.now);
}
