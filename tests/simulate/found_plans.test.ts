import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Plan } from "../../simulate/plan/plan.ts";
import { playSchedule } from "../../simulate/run/schedule.ts";

/** A schedule by which something was found, cut down. A time that never comes is written as 1e999. */
interface Found {
  readonly what: string;
  readonly plan: Plan;
}

const FOLDER = new URL("found/", import.meta.url);
const found = readdirSync(FOLDER).map((name) =>
  JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Found
);

it.each(found)(
  "the schedule by which it was found that $what breaks no promise",
  async ({ plan }) => {
    const { violations } = await playSchedule(plan);
    expect(violations).toEqual([]);
  },
  120_000,
);
