/** Bugs that the simulator must find. */

import { DELIVERY_MUTANTS } from "./delivery.ts";
import { FOUND_MUTANTS } from "./found.ts";
import type { Mutant } from "./mutant.ts";

const SETTLE = "src/manager/settlement/settle.ts";
const RECORDS = "src/manager/settlement/outcome_records.ts";
const JOURNAL = "src/manager/session/outcome_journal.ts";
const LEASE = "src/manager/run/lease.ts";
const WORKER = "src/manager/worker/worker.ts";

/** Bugs that the simulator must find. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "ack-before-result",
    what: "the message is acknowledged before its result is stored",
    shows: ["acked-before-result"],
    file: SETTLE,
    find: "      await store(run, outcome, bytes);",
    replace: "      run.delivery.ack();\n      await store(run, outcome, bytes);",
  },
  {
    name: "result-not-confirmed",
    what: "the confirmation of a result is not awaited",
    shows: ["acked-before-result"],
    file: SETTLE,
    find: "  return confirmed;",
    replace: "  confirmed.catch(() => {});\n  return Promise.resolve();",
  },
  {
    name: "record-before-result",
    what: "the journal says that a result is stored before it is handed to the broker",
    shows: ["acked-before-result"],
    file: SETTLE,
    find: "  const confirmed = run.publish(RESULT_SUBJECT, bytes, run.resultId, lease);",
    replace:
      "  run.session.journal?.sent(run.key, outcome);\n  run.session.journal?.stored(run.key);\n" +
      "  const confirmed = new Promise((resolve) => setTimeout(resolve, 50))\n" +
      "    .then(() => run.publish(RESULT_SUBJECT, bytes, run.resultId, lease));",
  },
  {
    name: "no-message-id",
    what: "a result has no id by which a repeat is dropped",
    shows: ["double"],
    file: SETTLE,
    find: "bytes, run.resultId, lease)",
    replace: "bytes, crypto.randomUUID(), lease)",
  },
  {
    name: "nak-instead-of-ack",
    what: "a settled message is handed back",
    shows: ["double", "unsettled"],
    file: SETTLE,
    find: "  if (deadLetterReason === undefined) return run.delivery.ack();",
    replace: "  if (deadLetterReason === undefined) return run.delivery.nak(1000);",
    also: [{
      file: SETTLE,
      find: "  run.delivery.ack();\n  return { outcome: result.success",
      replace: "  run.delivery.nak(1000);\n  return { outcome: result.success",
    }],
  },
  {
    name: "journal-not-read",
    what: "a redelivery does not look for a recorded outcome",
    shows: ["double"],
    file: RECORDS,
    find: "await journal?.find(run.key)",
    replace: "await Promise.resolve(undefined as any)",
    also: [{
      file: SETTLE,
      find: "    await run.session.journal?.lookUp(run.key);",
      replace: "    await Promise.resolve(undefined as any);",
    }],
  },
  {
    name: "record-held-through-outage",
    what: "a record is sent after an outage, without the result that it belongs to",
    shows: ["acked-before-result"],
    file: JOURNAL,
    find: "      const sent = this.#connection.connected;",
    replace: "      const sent = true;",
    also: [{
      file: SETTLE,
      find: "if (!refused) {",
      replace: "if (!refused && !error) {",
    }, {
      file: JOURNAL,
      find: "    this.unproven.read(name, revision, unconfirmed);",
      replace: "    this.unproven.read(name, revision, false);",
    }, {
      file: JOURNAL,
      find: "    this.unproven.sent(resultName(key));\n    try {",
      replace: "    try {",
    }, {
      file: "src/manager/session/record_corrections.ts",
      find: "    if (!this.#working) void this.#work();",
      replace: "",
    }, {
      file: RECORDS,
      find: "    this.keep(run, outcome, bytes);\n    run.session",
      replace: "    run.session",
    }, {
      file: JOURNAL,
      find: "    const foreign = numbers?.instance !== this.#instance;",
      replace: "    const foreign = true;",
    }, {
      file: JOURNAL,
      find: "stream.duplicateWindowMs * 0.75",
      replace: "stream.duplicateWindowMs * 0",
    }],
  },
  {
    name: "journal-blocks-delivery",
    what: "a message waits for a journal that is deleted or cannot be read",
    shows: ["unsettled"],
    file: "src/manager/session/recoverable_bucket.ts",
    find: "      if (this.#isUnavailable(kind, error)) return undefined;\n",
    replace: "",
    also: [{
      file: "src/manager/session/recoverable_bucket.ts",
      find: "      await this.#recreate();\n      return await work(this.bucket);",
      replace: "      throw error;",
    }, {
      file: "src/manager/session/recoverable_bucket.ts",
      find: "    return await this.#recreate().then(",
      replace: "    return await Promise.resolve().then(",
    }],
  },
  {
    name: "stored-not-told",
    what: "the journal relies on the memory of the result stream",
    shows: ["double"],
    file: JOURNAL,
    find: "    if (this.#numbers.stored(name)) this.#writer.changed();",
    replace: "",
    also: [{
      file: RECORDS,
      find: "    this.#settled.add(run.resultId);",
      replace: "",
    }],
  },
  {
    name: "long-message-not-cut",
    what: "a record that is too large throws after its result is published",
    shows: ["unhandled", "double", "unsettled"],
    file: JOURNAL,
    find:
      "    } catch (error) {\n      this.#onError(asError(error));\n    }\n  }\n\n  /** Records that a result is stored.",
    replace:
      "    } catch (error) {\n      throw error;\n    }\n  }\n\n  /** Records that a result is stored.",
    also: [{
      file: "src/manager/session/outcome_record.ts",
      find:
        "  if (deadLetterReason === undefined || record.length + OVERHEAD <= maxBytes) return record;",
      replace: "  if (maxBytes > 0) return record;",
    }, {
      file: "src/manager/settlement/encoded_result.ts",
      find: "const LONGEST_MESSAGE = 64 * 1024;",
      replace: "const LONGEST_MESSAGE = 1e9;",
    }, {
      file: "src/manager/settlement/encoded_result.ts",
      find: "Math.floor(run.session.connection.maxPayload / 16)",
      replace: "1e9",
    }],
  },
  {
    name: "late-renewal",
    what: "a lease is renewed when it has nearly run out",
    shows: ["unsettled", "given-up-unrun", "two-leases"],
    file: LEASE,
    find: "this.#ackWaitMs / 3) return false;",
    replace: "this.#ackWaitMs * 0.94) return false;",
  },
  {
    name: "lease-held-for-ever",
    what: "a lease that could not be renewed counts as held",
    shows: ["two-leases"],
    file: LEASE,
    find: "  return ageMs < ackWaitMs * HELD_PART;",
    replace: "  return ageMs > -1;",
  },
  {
    name: "renewal-not-confirmed",
    what: "a renewal counts although the broker has not confirmed it",
    shows: ["two-leases"],
    file: LEASE,
    find: "    if (!confirmed) return this.#options.onUnconfirmed?.();\n",
    replace: "    if (!confirmed) this.#options.onUnconfirmed?.();\n",
  },
  {
    name: "read-ahead-kept",
    what: "an instance asks for more messages than it can run, and keeps them",
    shows: ["hoarding"],
    file: WORKER,
    find: "if (this.#queue.enter(run)) this.#ahead.add(run);",
    replace: "this.#queue.enter(run);",
    also: [{
      file: WORKER,
      find: "demand(this.#queue.free,",
      replace: "demand(this.#queue.free + 50,",
    }],
  },
  {
    name: "stop-does-not-wait",
    what: "a stop aborts what runs at once",
    shows: ["grace-cut-short"],
    file: WORKER,
    find: "    await this.#queue.untilIdle(graceMs);\n",
    replace: "",
  },
  {
    name: "poison-not-terminated",
    what: "a malformed message is reported and stays",
    shows: ["unsettled"],
    file: "src/manager/worker/poison.ts",
    find: "        if (lease.held) delivery.term(`malformed message: ${error.message}`);\n",
    replace: "",
  },
  {
    name: "slot-not-freed",
    what: "a resource's place is kept after its run has settled",
    shows: ["unsettled"],
    file: WORKER,
    find: "else this.#queue.leave(run);",
    replace: "else if (run.attempt === 1) this.#queue.leave(run);",
  },
  {
    name: "lost-resubscription",
    what: "subscriptions are not restored after a reconnect",
    shows: ["unsettled"],
    file: "src/transport/nats/core/subscriptions.ts",
    find: "    for (const entry of this.#entries) this.#subscribe(entry);",
    replace:
      "    for (const entry of this.#entries) if (core === undefined) this.#subscribe(entry);",
  },
  {
    name: "pull-not-resumed",
    what: "a pull does not ask again after a reconnect",
    shows: ["unsettled"],
    file: "src/transport/nats/pull/nats_pull.ts",
    find: "      onUp: () => this.#scheduleRequest(),",
    replace: "      onUp: () => {},",
  },
  ...FOUND_MUTANTS,
  ...DELIVERY_MUTANTS,
];
