import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("loss 11, a busy resource, on %s,", (kind) => {
  it.each([8, 40])(
    "with %d events ahead does not make others wait for idle slots",
    async (busy) => {
      const world = await openWorld(kind);
      const inside = new Collector<string>();
      const leave = gate();
      await world.start({
        async reconcile({ resource }) {
          inside.add(resource.name);
          if (resource.name === "busy") await leave.opened;
        },
      }, { concurrency: 4 });
      for (let i = 0; i < busy; i++) await world.send({ name: "busy" });
      for (let i = 0; i < 3; i++) await world.send({ name: `other ${i}` });
      expect(await inside.first(4)).toEqual(["busy", "other 0", "other 1", "other 2"]);
      leave.open();
      expect(await world.results.first(busy + 3)).toHaveLength(busy + 3);
      expect(inside.items.filter((name) => name === "busy")).toHaveLength(busy);
    },
  );
});
