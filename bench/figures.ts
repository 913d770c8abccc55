/** What was measured, by name. @module */

import type { Measured } from "./measure_all.ts";

/** The object that `--json` prints. */
export function figuresOf(
  { c1, c64, observed, latency, latencyAtRest, scale, drivers, start, backlogs, idle, logs }:
    Measured,
): Record<string, unknown> {
  return {
    reconcile_ratio_c1: c1.ratio,
    reconcile_ratio_c64: c64.ratio,
    reconcile_ratio_c1_no_journal: c1.ratioWithoutJournal,
    reconcile_ratio_c64_no_journal: c64.ratioWithoutJournal,
    reconcile_ratio_c1_run_log: c1.ratioWithRunLog,
    reconcile_ratio_c64_run_log: c64.ratioWithRunLog,
    reconcile_ratio_c1_check: c1.ratioChecking,
    reconcile_ratio_c64_check: c64.ratioChecking,
    observability_cost_c64: observed.on.cpuCost,
    observability_ratio_c64: observed.on.ratio,
    observability_cost_c64_without_sdk: observed.withoutSdk.cpuCost,
    observability_ratio_c64_without_sdk: observed.withoutSdk.ratio,
    run_log_cost_c64: observed.runLog.cpuCost,
    run_log_ratio_c64: observed.runLog.ratio,
    cpu_ms_per_1000_c64_off: observed.off.cpuMs,
    cpu_ms_per_1000_c64_on: observed.on.cpuMs,
    cpu_ms_per_1000_c64_run_log: observed.runLog.cpuMs,
    recording_ratio_c1: c1.recordingRatio,
    recording_ratio_c64: c64.recordingRatio,
    reconcile_ratio_c1_to_recording: c1.ratioToRecording,
    reconcile_ratio_c64_to_recording: c64.ratioToRecording,
    consume_ratio_c1: c1.consumeRatio,
    consume_ratio_c64: c64.consumeRatio,
    next_ratio_c1: c1.nextRatio,
    next_ratio_c64: c64.nextRatio,
    latency_p50_ratio: latency.ratio,
    latency_at_rest_p50_ratio: latencyAtRest.ratio,
    cpu_ms_per_1000_c1: c1.sdkCosts.cpuMs,
    cpu_ms_per_1000_c64: c64.sdkCosts.cpuMs,
    settled_p50_ms_c1: c1.sdkCosts.p50Ms,
    settled_p99_ms_c1: c1.sdkCosts.p99Ms,
    settled_p50_ms_c64: c64.sdkCosts.p50Ms,
    settled_p99_ms_c64: c64.sdkCosts.p99Ms,
    latency_p50_ms: latency.sdkMs,
    latency_p99_ms: latency.sdkP99Ms,
    drivers_300_ratio: drivers.ratio,
    drivers_300_ratio_by_hand: drivers.ratioByHand,
    start_to_ready_ms: start.readyMs,
    backlog_rates: Object.fromEntries(backlogs),
    idle_cpu_ms_per_s: idle.cpuMsPerSecond,
    idle_rss_mib: idle.rssMib,
    scale_2: scale.scale2,
    scale_4: scale.scale4,
    ...logs,
  };
}
