// A program: runs a driver, stops it, and reports what is left: timers by where they were set, and listeners of signals.
export {};
const timers = new Map<unknown, string>();
const scope = globalThis as unknown as Record<string, (...given: never[]) => unknown>;

function count(set: "setTimeout" | "setInterval", clear: "clearTimeout" | "clearInterval"): void {
  const { [set]: start, [clear]: stop } = scope as Record<string, (...given: unknown[]) => unknown>;
  scope[set] = (work: () => void, ...rest: unknown[]) => {
    const timer = start!(() => {
      if (set === "setTimeout") timers.delete(timer);
      work();
    }, ...rest);
    timers.set(timer, new Error(set).stack ?? "");
    return timer;
  };
  scope[clear] = (timer: unknown) => {
    timers.delete(timer);
    return stop!(timer);
  };
}

count("setTimeout", "clearTimeout");
count("setInterval", "clearInterval");

const { createDriver, createDriverManager } = await import("../../../mod.ts");
const { createDevServer } = await import("../../../src/dev/mod.ts");
const { createClient } = await import("../../../src/client/mod.ts");

const server = createDevServer({ ...(process.env["NATS"] && { servers: process.env["NATS"] }) });
const client = createClient({ fetch: server.fetch });
await client.createResourceDefinition({ name: "workflow", schema: { type: "object" } });
const left = gate();
const driver = createDriver({
  name: "counted",
  resources: ["workflow"],
  timeoutMs: 60_000,
  async reconcile({ logger, signal, shuttingDown }) {
    signal.addEventListener("abort", () => {});
    shuttingDown.addEventListener("abort", () => {});
    logger.info("a line");
    await Promise.resolve();
    left.open();
  },
});
const manager = createDriverManager({
  driver,
  console: false,
  ackWaitMs: 600_000,
  exclusive: true,
  ...server.broker,
});
const running = manager.run();
await manager.ready;
await client.createResource({ name: "site", resource: "workflow", spec: {} });
await left.opened;
const signals = ["SIGINT", "SIGTERM"] as const;
const during = signals.map((signal) => process.listenerCount(signal));
await manager.stop();
await running;
await server.close();
console.log(`LEFT ${
  JSON.stringify({
    timers: [...timers.values()],
    during,
    after: signals.map((signal) => process.listenerCount(signal)),
  })
}`);

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open };
}
