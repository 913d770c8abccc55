/** Whether a manager is alive, and whether it can take work. @module */

import type { ManagerState } from "../events.ts";

/** What health is read from. */
export interface HealthSource {
  readonly state: ManagerState;
  /** Whether the connection to NATS is up. */
  readonly connected: boolean;
  /** The drivers that are not bound to their consumer. */
  readonly unbound: readonly string[];
  /** When it last got somewhere while it was not running: an attempt to connect or to bind, by `performance.now()`. */
  readonly triedAt: number;
  /** For how long each driver's pull has heard nothing although it waits for messages, in milliseconds. */
  readonly silentMs: ReadonlyMap<string, number>;
}

/** The result of a probe: it passes without a reason. */
export interface Probe {
  readonly status: ManagerState;
  readonly reasons: readonly string[];
}

/** An attempt to connect or to bind, or a sign of the broker at an idle pull, comes within a few seconds to a minute. */
const WEDGED_MS = 180_000;

/** Whether the process is alive: it takes messages, waits for them, or tries to get there. Otherwise it is to be restarted. */
export function live(source: HealthSource): Probe {
  const { state, triedAt, silentMs, connected } = source;
  const reasons: string[] = [];
  if (state === "failed" || state === "stopped") reasons.push(`the manager has ${state}`);
  const idleMs = performance.now() - triedAt;
  const isTrying = state === "connecting" || state === "binding" || state === "rebinding";
  if (isTrying && idleMs > WEDGED_MS) {
    reasons.push(`it is ${state}, and has tried nothing for ${Math.round(idleMs / 1000)} s`);
  }
  for (const [driver, ms] of silentMs) {
    if (state === "running" && connected && ms > WEDGED_MS) {
      reasons.push(
        `${driver} waits for messages, and NATS has not been heard of for ${
          Math.round(ms / 1000)
        } s`,
      );
    }
  }
  return { status: state, reasons };
}

/** Whether it can take work: it is connected, every driver is bound, and no stop has begun. */
export function ready({ state, connected, unbound }: HealthSource): Probe {
  const reasons: string[] = [];
  if (!connected) reasons.push("there is no connection to NATS");
  else if (unbound.length > 0) reasons.push(`not bound to a consumer: ${unbound.join(", ")}`);
  if (state !== "running") reasons.push(`the manager is ${state}`);
  return { status: state, reasons };
}
