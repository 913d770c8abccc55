import { describe, expect, it } from "vitest";
import { putRows } from "../../chaos/lib/reliability_document.ts";

const EMPTY = "Before.\n\n<!-- kill -->\n<!-- /kill -->\n\n<!-- soak -->\n<!-- /soak -->\n";

describe("what was measured is written into the document", () => {
  it("in the scenario's own table, and nowhere else", () => {
    const text = putRows(EMPTY, { scenario: "kill", runtime: "deno" }, [[
      "lost",
      "0",
      "3, missed",
    ]]);
    expect(text).toBe(`Before.

<!-- kill -->

| figure | target | node | deno      | bun |
| ------ | ------ | ---- | --------- | --- |
| lost   | 0      |      | 3, missed |     |

<!-- /kill -->

<!-- soak -->
<!-- /soak -->
`);
  });

  it("in the runtime's own column; what another runtime came to stays", () => {
    const node = putRows(EMPTY, { scenario: "kill", runtime: "node" }, [["lost", "0", "1"]]);
    const both = putRows(node, { scenario: "kill", runtime: "bun" }, [["lost", "0", "2"]]);
    const again = putRows(both, { scenario: "kill", runtime: "node" }, [["lost", "0", "0"]]);
    expect(again).toContain("| lost   | 0      | 0    |      | 2   |");
  });

  it("in the order of the latest run; a figure that is measured no more goes with its last value", () => {
    const kill = { scenario: "kill", runtime: "node" } as const;
    const old = putRows(EMPTY, kill, [["lost", "0", "1"], ["old", "", "2"]]);
    const other = putRows(old, { ...kill, runtime: "bun" }, [["old", "", "3"]]);
    const renamed = putRows(other, kill, [["new", "", "4"], ["lost", "0", "1"]]);
    const names = (text: string) => [...text.matchAll(/^\| (\w+)/gm)].map(([, name]) => name);
    expect(names(renamed)).toEqual(["figure", "new", "lost", "old"]);
    const all = putRows(renamed, { ...kill, runtime: "bun" }, [["new", "", "5"]]);
    expect(names(all)).toEqual(["figure", "new", "lost"]);
  });

  it("and a scenario that the document has no place for is refused", () => {
    expect(() => putRows(EMPTY, { scenario: "other", runtime: "node" }, []))
      .toThrow("the document has no place for other");
  });
});
