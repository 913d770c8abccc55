/**
 * Measures this package beside what one would pick instead: BullMQ on Redis, graphile-worker on PostgreSQL and a loop by hand over
 * nats.js. Each has the same payload, the same work (none) and the same number in work, in a process of its own, in turns.
 *
 * `npm run bench:peers` prints a table; `-- --json` prints one JSON object as its last line, `-- --quick` measures less, and
 * `-- --write` puts table and plots into `docs/performance.md`. A server that is not installed is named, and left out.
 */

import { readFile } from "node:fs/promises";
import { openContenders } from "./contenders.ts";
import { writePeers } from "./document.ts";
import { measureAll } from "./figures.ts";

const quick = process.argv.includes("--quick");
await using contenders = await openContenders();
for (const { name, missing } of contenders.missing) {
  console.error(`${name} is left out, for it needs ${missing}`);
}
const figures = await measureAll(contenders.running, {
  rounds: quick ? 1 : 3,
  few: quick ? 1000 : 4000,
  many: quick ? 5000 : 20_000,
});
console.table(figures.map(({ name, server, one, many }) => ({
  "": name,
  "server": server,
  "one at a time": `${Math.round(one.rate)}/s`,
  "CPU ms/1,000 (1)": one.cpuMs.toFixed(0),
  "64 at once": `${Math.round(many.rate)}/s`,
  "CPU ms/1,000 (64)": many.cpuMs.toFixed(0),
})));
const { dependencies } = JSON.parse(
  await readFile(new URL("./package.json", import.meta.url), "utf8"),
) as { dependencies: Record<string, string> };
const versions: Record<string, string> = {
  "BullMQ": dependencies["bullmq"] ?? "",
  "graphile-worker": dependencies["graphile-worker"] ?? "",
};
if (process.argv.includes("--write")) {
  await writePeers(
    figures,
    versions,
    `npm run bench:peers -- ${process.argv.slice(2).join(" ")}`,
  );
}
if (process.argv.includes("--json")) {
  const [ours, , ...peers] = figures;
  const over = (rate: (one: typeof figures[number]) => number) =>
    ours && peers.length > 0 ? rate(ours) / Math.max(...peers.map(rate)) : null;
  console.log(JSON.stringify({
    peer_c1: over(({ one }) => one.rate),
    peer_c64: over(({ many }) => many.rate),
    missing: contenders.missing.map(({ name }) => name),
    rates: Object.fromEntries(
      figures.map((
        { name, one, many },
      ) => [name, { c1: one.rate, c64: many.rate }]),
    ),
  }));
}
