/** The table of where the time for an event goes. @module */

import { PARTS } from "./cpu_profile.ts";
import type { Profile } from "./measure_profiles.ts";

/** One row for each part, and one column for each program; microseconds for an event. */
export function profileTableOf(profiles: readonly Profile[]): Record<string, string>[] {
  const rowOf = (part: string, of: (profile: Profile) => number) => ({
    "µs for an event, concurrency 64": part,
    ...Object.fromEntries(profiles.map((profile) => [profile.what, of(profile).toFixed(1)])),
  });
  return [
    ...PARTS.map((part) => rowOf(part, ({ parts }) => parts.get(part)!)),
    rowOf("all of them", ({ parts }) => [...parts.values()].reduce((sum, us) => sum + us, 0)),
    rowOf("CPU time of the nats-server", ({ serverUs }) => serverUs),
  ];
}

/** The same as one object: microseconds by program and part. */
export function profileFiguresOf(
  profiles: readonly Profile[],
): Record<string, Record<string, number>> {
  return Object.fromEntries(profiles.map(({ what, parts, serverUs }) => [
    what,
    { ...Object.fromEntries(parts), server: serverUs },
  ]));
}
