/** Bugs of leases, attempts, long times, hooks, ends and identities. */

import type { Mutant } from "./mutant.ts";

const BINDING = "src/manager/lifecycle/consumer_binding.ts";

/** Bugs of leases, attempts, long times, hooks, ends and identities. */
export const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: "old-delivery-settles-new-event",
    what: "a delivery of a stream that is gone settles the event of its sequence in the new one",
    shows: ["acked-before-result", "unsettled"],
    file: "src/manager/worker/stream_identity.ts",
    find: "    return created === undefined ? doubts === this.#doubts : created === this.#created;",
    replace: "    return true;",
  },
  {
    name: "ack-wait-lowered",
    what: "a process lowers the ack wait of its consumer under others",
    shows: ["two-leases"],
    file: "src/manager/lifecycle/consumer_needs.ts",
    find: "Math.max(wanted.ackWaitMs, existing.ackWaitMs)",
    replace: "wanted.ackWaitMs",
  },
  {
    name: "deliveries-count-as-attempts",
    what: "an event that was delivered and not run counts as an attempt",
    shows: ["attempt"],
    file: "src/manager/worker/run_processor.ts",
    find: "    run.attempt = 1 + count;",
    replace: "    run.attempt = run.delivery.deliveryCount;",
  },
  {
    name: "long-times-fire-at-once",
    what: "a time over 2^31 - 1 ms is given to a timer of the platform",
    shows: ["timed-out-too-early", "grace-cut-short"],
    file: "src/async/long_timer.ts",
    find: "    const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);",
    replace: "    const stepMs = leftMs;",
  },
  {
    name: "long-delay-wraps-around",
    what: "the delay of a nak is more nanoseconds than the server can add to its clock",
    shows: ["retried-too-early"],
    file: "src/transport/nats/pull/nats_delivery.ts",
    find: "Math.min(delayMs, LONGEST_NAK_DELAY_MS)",
    replace: "delayMs",
  },
  {
    name: "hooks-not-bounded",
    what: "a validator, a hook or the flush of a sink that never settles is waited for",
    shows: ["stop-late", "unsettled"],
    file: "src/manager/hook_limits.ts",
    find: "timeoutMs: hookTimeoutMs",
    replace: "timeoutMs: hookTimeoutMs * Infinity",
  },
  {
    name: "sink-fails-the-run",
    what: "a sink that fails at the end leaves everything else open",
    shows: ["manager-failed"],
    file: "src/manager/lifecycle/drain.ts",
    find: "  } catch (error) {\n",
    replace: "  } catch (error) {\n    if (error) throw error;\n",
  },
  {
    name: "listener-for-each-run",
    what: "each run leaves its driver's listener on the one signal of the stop",
    shows: ["listeners"],
    file: "src/manager/run/run.ts",
    find: "    return (this.#shuttingDown ??= derivedSignal(this.session.shuttingDown)).signal;",
    replace: "    return this.session.shuttingDown;",
  },
  {
    name: "lease-from-reading",
    what: "a message that waited in the socket is leased from the moment it is read",
    shows: ["two-leases"],
    file: BINDING,
    find: "worker.receive(delivery, requestedAt)",
    replace: "worker.receive(delivery)",
  },
  {
    name: "lease-timer-left",
    what: "the timer of the leases goes on after a stop",
    shows: ["timers-left"],
    file: "src/manager/worker/worker.ts",
    find: "    this.leases.close();\n",
    replace: "",
  },
  {
    name: "stop-missed-while-binding",
    what: "a stop that comes while a driver is bound again is not noticed",
    shows: ["stop-late"],
    file: BINDING,
    find: "  if (signal.aborted) return; // It has fired before there was a listener.\n",
    replace: "",
  },
];
