import { expect, it } from "vitest";
import { stopOnSignals } from "../../../src/manager/lifecycle/stop_signals.ts";
import type { StopSignal } from "../../../src/runtime/host.ts";

/** Sends signals at given times, and returns what they did. */
function outcomeOf(signals: [signal: StopSignal, at: number][]): unknown[] {
  const done: unknown[] = [];
  let send: (signal: StopSignal) => void = () => {};
  let time = 0;
  stopOnSignals((signal) => done.push(signal), {
    onStopSignal(listener) {
      send = listener;
      return () => {};
    },
    exit: (code) => done.push(code),
  }, () => time);
  for (const [signal, at] of signals) {
    time = at;
    send(signal);
  }
  return done;
}

it("a signal that a launcher forwards again counts once", () => {
  expect(outcomeOf([["SIGINT", 0], ["SIGINT", 3], ["SIGINT", 499]])).toEqual(["SIGINT"]);
});

it("a second signal later exits the process at once", () => {
  expect(outcomeOf([["SIGINT", 0], ["SIGINT", 501]])).toEqual(["SIGINT", 130]);
  expect(outcomeOf([["SIGTERM", 0], ["SIGTERM", 501]])).toEqual(["SIGTERM", 143]);
});

it("another signal exits the process at once, however soon", () => {
  expect(outcomeOf([["SIGINT", 0], ["SIGTERM", 1]])).toEqual(["SIGINT", 143]);
});
