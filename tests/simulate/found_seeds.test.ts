import { expect, it } from "vitest";
import { playSeeds } from "../../simulate/run/play_seeds.ts";

/** Seeds that have shown something wrong, and what it was. */
const FOUND: readonly (readonly [seed: number, what: string])[] = [
  [700_585, "a run of a recreated consumer went on without its lease"],
  [840_029, "a record was lost behind its result, and its process was connected again"],
  [850_362, "a renewal behind a nak replaced its delay"],
  [851_284, "a host that had slept held its leases for ever"],
  [850_460, "leases of a short ack wait were looked at too seldom once it was raised"],
  [860_087, "a record said again that a result was sent which was not confirmed before"],
  [860_518, "a lock expired before its renewal, because another process had made the bucket"],
  [880_137, "a result that was stored after an outage had no record"],
];

it.each(FOUND)("seed %i, by which it was found that %s, breaks no promise", async (seed) => {
  const { kinds } = await playSeeds([seed]);
  expect(kinds).toEqual({});
}, 120_000);
