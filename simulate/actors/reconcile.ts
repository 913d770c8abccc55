/** What the drivers do: what the plan says of each event and call. */

import {
  createDriver,
  type Driver,
  NonRetryableError,
  type ReconcileContext,
  RetryAfterError,
} from "../../mod.ts";
import type { Ledger } from "../check/ledger.ts";
import type { Call, RunRecord } from "../check/run_record.ts";
import type { Behaviour, DriverPlan, ManagerPlan } from "../plan/plan.ts";
import type { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";

/** Makes a driver that does what the plan says. */
export function makeDriver(
  world: World,
  ledger: Ledger,
  owner: Owner,
  manager: ManagerPlan,
  plan: DriverPlan,
): Driver {
  return createDriver({
    name: plan.name,
    resources: [...plan.resources],
    events: ["create", "update", "delete"],
    ...(plan.timeoutMs !== undefined && { timeoutMs: plan.timeoutMs }),
    ...(plan.maxAttempts !== undefined && { maxAttempts: plan.maxAttempts }),
    ...(plan.validator && { spec: makeValidator(plan.validator) }),
    async reconcile(context) {
      const run = ledger.find(plan.name, context.runId);
      if (owner.dead) return await new Promise<never>(() => {});
      if (!run) return undefined; // A recreated consumer also delivers what was published before it.
      context.logger.info(`event ${run.event.id}`);
      const call = startCall(world, owner, manager, context, run.deliveredAt.get(owner.name) ?? 0);
      ledger.callStarted(run, call);
      context.shuttingDown.addEventListener("abort", () => {}); // Drivers seldom remove such a listener.
      watchAbort(world, ledger, run, call, plan, manager.shutdownGraceMs);
      const behaviour = run.event
        .behaviours[Math.min(run.calls.length, run.event.behaviours.length) - 1]!;
      await work(world, owner, context, behaviour);
      return end(world, run, call, behaviour);
    },
  });
}

function startCall(
  world: World,
  owner: Owner,
  { ackWaitMs }: ManagerPlan,
  { attempt, signal }: ReconcileContext,
  deliveredAt: number,
): Call {
  return {
    owner,
    startedAt: world.now,
    attempt,
    signal,
    ackWaitMs,
    ended: undefined,
    endedAt: undefined,
    delayMs: 0,
    deliveredAt,
  };
}

function watchAbort(
  world: World,
  ledger: Ledger,
  run: RunRecord,
  call: Call,
  { timeoutMs = Infinity }: DriverPlan,
  graceMs: number,
): void {
  call.signal.addEventListener("abort", () => {
    const { name } = call.signal.reason as Error;
    world.say(() =>
      `event ${run.event.id} for ${run.driver} in ${call.owner.name} aborts: ${
        String(call.signal.reason).slice(0, 60)
      }`
    );
    const stoppedMs = world.now - (call.owner.stoppingSince ?? -Infinity);
    if (
      (call.signal.reason as { code?: string }).code === "shutdown" && stoppedMs < graceMs * 0.99
    ) {
      ledger.violate(
        "grace-cut-short",
        `event ${run.event.id} for ${run.driver} was aborted ${
          stoppedMs.toFixed(0)
        } ms after the stop, not ${graceMs} ms`,
      );
    }
    const ranMs = world.now - call.startedAt;
    if (name === "TimeoutError" && ranMs < timeoutMs * 0.99) {
      ledger.violate(
        "timed-out-too-early",
        `event ${run.event.id} for ${run.driver} timed out after ${
          ranMs.toFixed(0)
        } ms of ${timeoutMs} ms`,
      );
    }
  });
}

async function work(
  world: World,
  owner: Owner,
  { signal }: ReconcileContext,
  { durationMs, obedient }: Behaviour,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const step = world.after(durationMs, resolve, owner);
    if (!obedient) return;
    signal.addEventListener("abort", () => {
      step.cancelled = true;
      reject(signal.reason);
    });
  });
}

function end(world: World, run: RunRecord, call: Call, behaviour: Behaviour) {
  const { end: how, bytes, delayMs } = behaviour;
  call.endedAt = world.now;
  world.say(() => `event ${run.event.id} for ${run.driver} in ${call.owner.name} ends: ${how}`);
  const text = "x".repeat(bytes);
  switch (how) {
    case "succeed":
      call.ended = "succeeded";
      return { success: true, message: "", data: { text } };
    case "return-nothing":
      call.ended = "succeeded";
      return undefined;
    case "fail":
      call.ended = "failed";
      return { success: false, message: text, data: null };
    case "circular": {
      call.ended = "circular";
      const data: Record<string, unknown> = {};
      data["self"] = data;
      return { success: true, message: "", data };
    }
    case "throw":
      call.ended = "threw";
      throw new Error(`it failed ${text}`);
    case "give-up":
      call.ended = "failed";
      throw new NonRetryableError(`it cannot be done ${text}`);
    case "retry-after":
      call.ended = "retry-after";
      call.delayMs = delayMs;
      throw new RetryAfterError(delayMs);
  }
}

function makeValidator(does: NonNullable<DriverPlan["validator"]>) {
  return {
    "~standard": {
      version: 1 as const,
      vendor: "simulator",
      validate(value: unknown): { value: unknown } | Promise<{ value: unknown }> {
        if (does === "throws") throw new Error("the validator threw");
        return does === "hangs" ? new Promise(() => {}) : Promise.resolve({ value });
      },
    },
  };
}
