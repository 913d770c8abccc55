import { expect, it } from "vitest";
import { playSchedule } from "../../simulate/run/schedule.ts";
import { FOUND_LEASES } from "./found_leases.ts";
import { FOUND } from "./found_plans.ts";

it.each([...FOUND, ...FOUND_LEASES])(
  "the schedule by which it was found that %s breaks no promise",
  async (_, plan) => {
    const { violations } = await playSchedule(plan);
    expect(violations).toEqual([]);
  },
  120_000,
);
