/** Publishes dead letters: runs that will not be tried again. @module */

import { isErrorLike, messageOf } from "../../errors.ts";
import { encodeDriverEvent } from "../../protocol/driver_event.ts";
import { deadLetterSubject } from "../../protocol/subjects.ts";
import type { DeadLetter } from "../events.ts";
import { callHook, hookLimits } from "../hook_limits.ts";
import type { Run } from "../run/run.ts";

/** Reports a dead letter to the user's hook, and publishes it on v2 as an event. Never rejects: a failure is a warning. */
export async function publishDeadLetter(run: Run, reason: string): Promise<void> {
  const { session, driver, message, delivery } = run;
  const letter: DeadLetter = {
    ...run.ref,
    subject: delivery.subject,
    sequence: delivery.sequence,
    event: message.event,
    payload: message.payload,
    reason,
  };
  try {
    const { hooks: { onDeadLetter }, options } = session;
    const limits = hookLimits("wait for onDeadLetter", options);
    if (onDeadLetter) await callHook(onDeadLetter, limits, async () => await onDeadLetter(letter));
  } catch (error) {
    warn(run, "hook-threw", `onDeadLetter failed: ${messageOf(error)}`, error);
  }
  if (session.protocol === "v1") return; // Its work-queue stream would keep the event for ever.
  try {
    await run.publish(
      deadLetterSubject(driver.name),
      encodeDriverEvent({
        event: "dead-letter",
        driver: driver.name,
        runId: message.runId,
        messageId: message.id,
        resource: message.rawResource,
        data: { reason, attempt: run.attempt, event: message.event, sequence: delivery.sequence },
      }),
      `${run.resultId}:dead-letter`,
    );
  } catch (error) {
    warn(
      run,
      "dead-letter-lost",
      `cannot store the dead-letter event of run ${message.runId}: ${messageOf(error)}`,
      error,
    );
  }
}

function warn(run: Run, code: string, message: string, error: unknown): void {
  run.session.emit({
    type: "warning",
    code,
    message: run.masked(message),
    driver: run.driver.name,
    ...(isErrorLike(error) && { error: run.masked(error) }),
  });
}
