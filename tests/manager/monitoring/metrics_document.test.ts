import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Meters } from "../../../src/manager/meters.ts";
import { createCatalogue } from "../../../src/manager/monitoring/catalogue.ts";

const DOCUMENT = new URL("../../../docs/observability.md", import.meta.url);
const MARKS = ["<!-- metrics -->\n", "<!-- /metrics -->"] as const;

/** The rows of the table, as the code has the metrics. */
function rows(): string[][] {
  const { instruments } = createCatalogue({
    meters: new Meters(),
    stats: () => ({ state: "idle", server: "", protocol: undefined, sinks: {}, drivers: {} }),
    journal: () => undefined,
    consumers: () => Promise.resolve(new Map()),
  });
  return instruments.map(({ name, kind, unit, labels, description }) => [
    `\`${name}\``,
    kind,
    `\`${unit}\``,
    labels.map((label) => `\`${label}\``).join(", "),
    description.replace(/\.$/, ""),
  ]);
}

it("docs/observability.md has the table of the metrics; UPDATE_DOCUMENTS=1 writes it", () => {
  const text = readFileSync(DOCUMENT, "utf8");
  const [start, end] = [text.indexOf(MARKS[0]) + MARKS[0].length, text.indexOf(MARKS[1])];
  const head = [["name", "kind", "unit", "labels", "what it is"], [
    "---",
    "---",
    "---",
    "---",
    "---",
  ]];
  const table = [...head, ...rows()];
  if (process.env["UPDATE_DOCUMENTS"]) {
    const written = table.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
    writeFileSync(DOCUMENT, `${text.slice(0, start)}\n${written}\n${text.slice(end)}`);
    return;
  }
  const found = text.slice(start, end).trim().split("\n")
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  expect(found.filter((_, row) => row !== 1)).toEqual(table.filter((_, row) => row !== 1));
});
