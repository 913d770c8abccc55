/** What `doctor` finds. @module */

import { hasCode, messageOf } from "../../errors.ts";

/** The result of one check. */
export interface Finding {
  /** What was checked. */
  readonly check: string;
  readonly status: "ok" | "warning" | "fault";
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** What is all right. */
export function ok(check: string, detail: string): Finding {
  return { check, status: "ok", detail };
}

/** What may become a fault, or explains one. */
export function warning(check: string, detail: string, fix: string): Finding {
  return { check, status: "warning", detail, fix };
}

/** What keeps something from working. */
export function fault(check: string, detail: string, fix: string): Finding {
  return { check, status: "fault", detail, fix };
}

/** The finding of an error: what keeps a setting from being used says itself what to do. */
export function faultOf(check: string, error: unknown, fix: string): Finding {
  const remedy = hasCode(error, "config") ? "correct the setting that the message names" : fix;
  return fault(check, messageOf(error), remedy);
}

/** How far clocks may be apart: tokens are backdated by half a minute, and valid for two. */
const SKEW_WARNING_MS = 5000;
const SKEW_FAULT_MS = 30_000;

/** Compares a clock with the one of this machine. */
export function clockFinding(check: string, theirMs: number, tookMs: number): Finding {
  const skewMs = theirMs - Date.now();
  // A time in whole seconds, and one half of the way, say no more than this.
  const isSame = Math.abs(skewMs) <= 1000 + tookMs;
  const detail = isSame
    ? "the same as here"
    : `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${
      skewMs > 0 ? "ahead of" : "behind"
    } this machine's`;
  const fix = "synchronise the clocks, for example with chrony or systemd-timesyncd";
  if (Math.abs(skewMs) >= SKEW_FAULT_MS) return fault(check, detail, fix);
  return !isSame && Math.abs(skewMs) >= SKEW_WARNING_MS
    ? warning(check, detail, fix)
    : ok(check, detail);
}
