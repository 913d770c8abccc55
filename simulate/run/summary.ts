/** What many schedules came to. */

import type { Played } from "./schedule.ts";

/** What the schedules of a range of seeds came to. */
export interface Summary {
  schedules: number;
  steps: number;
  virtualMs: number;
  /** Seeds by the kind of violation that they show, in order, each with what was said of it first. */
  readonly kinds: Record<string, { seed: number; detail: string }[]>;
}

/** A summary of nothing. */
export function emptySummary(): Summary {
  return { schedules: 0, steps: 0, virtualMs: 0, kinds: {} };
}

/** Adds a schedule. */
export function addPlayed(
  summary: Summary,
  seed: number,
  { violations, steps, virtualMs }: Played,
): void {
  summary.schedules++;
  summary.steps += steps;
  summary.virtualMs += virtualMs;
  const noted = new Set<string>();
  for (const { kind, detail } of violations) {
    if (noted.has(kind)) continue;
    noted.add(kind);
    (summary.kinds[kind] ??= []).push({ seed, detail });
  }
}

/** Adds a summary to another. */
export function addSummary(total: Summary, { schedules, steps, virtualMs, kinds }: Summary): void {
  total.schedules += schedules;
  total.steps += steps;
  total.virtualMs += virtualMs;
  for (const [kind, found] of Object.entries(kinds)) {
    total.kinds[kind] = [...total.kinds[kind] ?? [], ...found].sort((one, other) =>
      one.seed - other.seed
    );
  }
}

/** How many schedules broke a promise. */
export function brokenSchedules({ kinds }: Summary): number {
  return new Set(Object.values(kinds).flat().map(({ seed }) => seed)).size;
}

/** A summary as lines of text. */
export function renderSummary(summary: Summary, seconds: number): string {
  const { schedules, steps, virtualMs, kinds } = summary;
  const lines = Object.entries(kinds).map(([kind, found]) => {
    const seeds = found.slice(0, 5).map(({ seed }) => seed).join(" ");
    return `${kind}: ${found.length} seeds (${seeds}): ${found[0]!.detail}`;
  });
  return [
    ...lines,
    `${schedules} schedules, ${steps} steps, ${
      (virtualMs / 3_600_000).toFixed(0)
    } hours of virtual time in ` +
    `${seconds.toFixed(1)} s (${(schedules / seconds).toFixed(0)} a second): ${
      brokenSchedules(summary)
    } broke a promise`,
  ].join("\n");
}
