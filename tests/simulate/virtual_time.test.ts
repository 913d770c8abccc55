import { describe, expect, it } from "vitest";
import { installGlobals, SignalListeners } from "../../simulate/world/globals.ts";
import { Owner } from "../../simulate/world/owner.ts";
import { World } from "../../simulate/world/world.ts";

/** Runs code as a step of a process, and lets virtual time pass. */
async function inWorld(
  run: (world: World, owner: Owner, log: string[]) => void,
): Promise<string[]> {
  const world = new World(1);
  const restore = installGlobals(world, new SignalListeners());
  const owner = new Owner("p");
  const log: string[] = [];
  try {
    world.after(0, () => run(world, owner, log), owner);
    await world.runUntil(() => false, 100_000);
  } finally {
    restore();
  }
  return log;
}

describe("virtual time", () => {
  it("fires timers in the order of their time, and of their making", async () => {
    const log = await inWorld((_, __, log) => {
      setTimeout(() => log.push("c"), 20);
      setTimeout(() => log.push("a"), 10);
      setTimeout(() => log.push("b"), 10);
      const cleared = setTimeout(() => log.push("never"), 5);
      clearTimeout(cleared);
    });
    expect(log).toEqual(["a", "b", "c"]);
  });

  it("lets promises react before the next step", async () => {
    const log = await inWorld((_, __, log) => {
      setTimeout(() => void Promise.resolve().then(() => log.push("reaction")), 1);
      setTimeout(() => log.push("next timer"), 1);
    });
    expect(log).toEqual(["reaction", "next timer"]);
  });

  it("fires a timer that is too long at once, as the runtimes do", async () => {
    const log = await inWorld((_, __, log) => {
      setTimeout(() => log.push(`at ${performance.now()}`), 2 ** 31);
      setTimeout(() => log.push(`at ${performance.now()}`), 2 ** 31 - 1);
    });
    expect(log).toEqual(["at 1"]);
  });

  it("holds the timers of a paused process, and its clock stands while the host sleeps", async () => {
    const log = await inWorld((world, owner, log) => {
      setTimeout(() => log.push(`at ${performance.now()} of ${world.now}`), 10);
      setInterval(() => log.push(`every 150 at ${performance.now()} of ${world.now}`), 150);
      world.after(5, () => owner.sleep(world.now, 400));
      world.after(6, () => owner.sleep(world.now, 300));
      world.after(545, () => owner.pause(world.now, 10));
      world.after(710, () => owner.dead = true);
    });
    expect(log).toEqual([
      "at 10 of 410",
      "every 150 at 155 of 555",
      "every 150 at 305 of 705",
    ]);
  });

  it("drops the timers of a dead process", async () => {
    const log = await inWorld((_, owner, log) => {
      setInterval(() => {
        log.push("beat");
        owner.dead = log.length === 3;
      }, 10);
    });
    expect(log).toEqual(["beat", "beat", "beat"]);
  });

  it("gives the runtime its own time back", async () => {
    const before = [setTimeout, Date, performance.now, Math.random];
    await inWorld((_, __, log) => {
      log.push(String(Date.now()));
    });
    expect([setTimeout, Date, performance.now, Math.random]).toEqual(before);
    expect(Math.abs(Date.now() - new Date().getTime())).toBeLessThan(1000);
  });
});
