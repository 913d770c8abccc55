import fc from "fast-check";
import { expect, it } from "vitest";
import { RecentIds } from "../../../src/manager/settlement/recent_ids.ts";

it("remembers the last ids, and forgets the others", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 100 }),
      (most, count) => {
        const ids = new RecentIds(most);
        for (let i = 0; i < count; i++) ids.add(`id-${i}`);
        const remembered = Array.from({ length: count }, (_, i) => ids.has(`id-${i}`));
        expect(remembered.slice(-most)).not.toContain(false);
        expect(remembered.slice(0, Math.max(0, count - 2 * most))).not.toContain(true);
        expect(ids.has("another")).toBe(false);
      },
    ),
  );
});
