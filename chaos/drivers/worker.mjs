/**
 * The driver under test, as a user writes one: the public API of the installed package and nothing else. It is plain
 * JavaScript, so that Node, Deno and Bun run the very same file.
 *
 * It is told what to be in `CHAOS_DRIVER`, and tells what happens on standard output, a JSON object a line.
 */

import { createDriver, createDriverManager } from "@conveyor/driver";

const config = JSON.parse(process.env.CHAOS_DRIVER);

const driver = createDriver({
  name: config.name,
  resources: config.resources,
  maxAttempts: 3,
  timeoutMs: config.timeoutMs ?? 2000,
  backoff: { initialMs: 20, maxMs: 200 },
  async reconcile({ resource, runId, attempt, logger, signal }) {
    const { number, workMs, ending, silent, text } = resource.spec;
    if (!silent) logger.info(`run ${number} begins`);
    await pause(ending === "hangs once" && attempt === 1 ? 3_600_000 : workMs, signal);
    if (ending === "throws" || (ending === "throws once" && attempt === 1)) {
      throw new Error(`run ${number} throws`);
    }
    const proof = await digest(`${runId}:${text}`);
    if (!silent) logger.info(`run ${number} ends`, { proof });
    const success = ending !== "fails";
    return { success, message: `run ${number} ${success ? "is done" : "fails"}`, data: { proof } };
  },
});

const manager = createDriverManager({
  driver,
  servers: config.servers,
  concurrency: config.concurrency,
  ackWaitMs: config.ackWaitMs,
  maxAckPending: config.maxAckPending,
  console: false,
  onEvent: tell,
});
manager.ready.then(() => write({ type: "ready" }), () => undefined);
const sampling = config.sampleMs ? setInterval(sample, config.sampleMs) : undefined;
await manager.run();
clearInterval(sampling);
write({ type: "stats", stats: manager.stats().drivers[config.name] });

/** @param {import("@conveyor/driver").ManagerEvent} event */
function tell(event) {
  switch (event.type) {
    case "run-started":
      return write({ type: "started", runId: event.run.runId, attempt: event.run.attempt });
    case "run-ended": {
      const { run: { runId, attempt }, outcome, reason } = event;
      return write({ type: "ended", runId, attempt, outcome, reason });
    }
    case "warning":
      return write({ type: "notice", text: `${event.code}: ${event.message}` });
    case "lost":
      return write({ type: "notice", text: `lost: ${event.error.message}` });
    case "state":
      return write({ type: "notice", text: `${event.state}: ${event.reason}` });
  }
}

/** What the process weighs, after all that can be thrown away was thrown away. */
function sample() {
  if (globalThis.Bun) globalThis.Bun.gc(true);
  else globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  write({ type: "sample", heapUsed, rss });
}

/** @param {unknown} line */
function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", give);
      resolve(undefined);
    }, ms);
    signal.addEventListener("abort", give, { once: true });
  });
}

/** @param {string} text */
async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
