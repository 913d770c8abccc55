import { describe, expect, it } from "vitest";
import { TimeoutError } from "../../../src/errors.ts";
import { encodeText } from "../../../src/encoding/json.ts";
import type { Connection, Transport } from "../../../src/transport/transport.ts";
import { BROKERS, type TestBroker } from "../support/brokers.ts";
import { openWorld, V2_STREAMS } from "../support/world.ts";

/** Forgets message ids before the message of a result is delivered again. */
const STREAMS = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 6000 }));
const ACK_WAIT_MS = 8000;

/** A transport that loses the first confirmation of a result, and each request for an early redelivery. */
function losingConfirmation(broker: TestBroker): Transport {
  let lost = false;
  return {
    async connect() {
      return new Proxy(await broker.connect(), {
        get(target, property) {
          if (property === "publishConfirmed") {
            return (async (subject, data, options) => {
              const confirmation = await target.publishConfirmed(subject, data, options);
              if (lost || !subject.startsWith("pipelines.")) return confirmation;
              lost = true;
              throw new TimeoutError("the confirmation is lost", 5000);
            }) satisfies Connection["publishConfirmed"];
          }
          if (property === "pull") {
            return ((stream, durable, handlers) =>
              target.pull(stream, durable, {
                ...handlers,
                onMessage: (delivery) =>
                  handlers.onMessage(
                    new Proxy(delivery, {
                      get(message, name) {
                        if (name === "nak") return () => {};
                        const value: unknown = Reflect.get(message, name, message);
                        return typeof value === "function" ? value.bind(message) : value;
                      },
                    }),
                  ),
              })) satisfies Connection["pull"];
          }
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

describe.each(BROKERS)("a result whose confirmation is lost, on %s", (kind) => {
  it.each([false, true])(
    "leaves no second result when its message comes again after the duplicate window (dead letter: %s)",
    async (fails) => {
      const world = await openWorld(kind, { streams: STREAMS });
      let calls = 0;
      await world.start({
        maxAttempts: 1,
        reconcile() {
          calls++;
          if (fails) throw new Error("it fails");
        },
      }, { transport: losingConfirmation(world.broker), ackWaitMs: ACK_WAIT_MS });
      await world.send();
      await world.events.find((event) =>
        event.type === "run-ended" && event.outcome === "already-done"
      );
      expect(calls).toBe(1);
      const { sequence } = await world.connection.publishConfirmed(
        "pipelines.other",
        encodeText(""),
      );
      expect(sequence).toBe(2);
    },
    30_000,
  );
});
