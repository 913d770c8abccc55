/**
 * A driver that trusts what it gets, as drivers do: it logs names, reads earlier results, and returns what it was given.
 * It tells nothing of single runs; its last words are its counters and whether anything of the language was bent.
 */

import { createDriver, createDriverManager } from "@conveyor/driver";

const config = JSON.parse(process.env.CHAOS_DRIVER);
/** @type {Map<string, number>} */
const warnings = new Map();
/** @type {Map<string, number>} */
const ends = new Map();
let bent = 0;

const driver = createDriver({
  name: config.name,
  resources: config.resources,
  events: ["create", "update"],
  maxAttempts: 2,
  backoff: { initialMs: 20, maxMs: 100 },
  reconcile({ resource, event, runId, logger, results }) {
    for (const plain of [results, resource.metadata]) {
      if (Object.getPrototypeOf(plain) !== Object.prototype) bent++;
    }
    logger.info(`${event} of ${resource.name} in ${runId}`, { pipeline: resource.pipeline ?? "" });
    for (const [name, { success }] of Object.entries(results)) logger.info(`${name}: ${success}`);
    return { success: true, message: resource.name, data: { given: resource.spec, results } };
  },
});

const manager = createDriverManager({
  driver,
  servers: config.servers,
  concurrency: config.concurrency,
  ackWaitMs: config.ackWaitMs,
  console: false,
  onEvent(event) {
    if (event.type === "warning") count(warnings, event.code);
    if (event.type === "run-ended") count(ends, event.outcome);
  },
});
manager.ready.then(() => write({ type: "ready" }), () => undefined);
await manager.run();
for (const [code, times] of warnings) write({ type: "notice", text: `warning ${code}: ${times}` });
for (const [end, times] of ends) write({ type: "notice", text: `ended ${end}: ${times}` });
bent += Object.keys(Object.prototype).length + Object.keys(Array.prototype).length;
write({ type: "stats", stats: { ...manager.stats().drivers[config.name], bent } });

/** @param {Map<string, number>} counts @param {string} key */
function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** @param {unknown} line */
function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
