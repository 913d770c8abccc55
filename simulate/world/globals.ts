/** Puts the world's time and chance in the place of the runtime's own, for as long as a schedule lasts. */

import { nuid } from "@nats-io/nats-core";
import { host } from "../../src/runtime/detect.ts";
import { loadLibrary } from "../../src/transport/nats/jetstream/manage.ts";
import type { Owner } from "./owner.ts";
import type { World } from "./world.ts";

// Loaded before the first schedule. The library's ids draw random numbers for the first one only, which must be a real one.
await loadLibrary();
nuid.next();

/** The longest delay that a runtime's timer takes; it fires a longer one at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  Date: globalThis.Date,
};
const realNow = performance.now;
const realRandom = Math.random;
const realUuid = crypto.randomUUID;
const PRINTING = ["log", "info", "warn", "error", "debug"] as const;
const realConsole = Object.fromEntries(PRINTING.map((name) => [name, console[name]])) as Pick<
  Console,
  typeof PRINTING[number]
>;
const { addEventListener, removeEventListener } = EventTarget.prototype;

/** A timer of a simulated process. */
class VirtualTimer {
  step: { cancelled: boolean } | undefined;
  readonly #owner: Owner;

  constructor(owner: Owner) {
    this.#owner = owner;
    owner.timers.add(this);
  }

  fired(): void {
    this.#owner.timers.delete(this);
  }

  clear(): void {
    if (this.step) this.step.cancelled = true;
    this.#owner.timers.delete(this);
  }

  ref(): this {
    return this;
  }

  /** What does not keep a process alive is not left behind. */
  unref(): this {
    this.#owner.timers.delete(this);
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** Counts the listeners of each abort signal. */
export class SignalListeners {
  readonly #counts = new Map<EventTarget, number>();

  /** The most that one signal has. */
  most(): number {
    return Math.max(0, ...this.#counts.values());
  }

  note(target: EventTarget, change: number): void {
    if (!(target instanceof AbortSignal) || target.aborted) return void this.#counts.delete(target);
    this.#counts.set(target, Math.max(0, (this.#counts.get(target) ?? 0) + change));
  }
}

/** Takes the runtime's time and chance away until the returned function is called. Code outside of steps keeps them. */
export function installGlobals(world: World, listeners: SignalListeners): () => void {
  const start = (
    run: (...args: unknown[]) => void,
    delay: unknown,
    args: unknown[],
    again: boolean,
  ) => {
    const owner = world.current!;
    const timer = new VirtualTimer(owner);
    const delayMs = timerDelay(delay);
    let dueAt = world.monotonic(owner) + delayMs;
    const fire = () => {
      const leftMs = dueAt - world.monotonic(owner);
      // Its host slept, and timers do not see that time.
      if (leftMs > 1) return void (timer.step = world.after(leftMs, fire, owner));
      dueAt += delayMs - leftMs;
      if (again) timer.step = world.after(delayMs, fire, owner);
      else timer.fired();
      run(...args);
    };
    timer.step = world.after(delayMs, fire, owner);
    return timer;
  };
  const define = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

  define(
    "setTimeout",
    (run: () => void, delay?: number, ...args: unknown[]) =>
      world.current ? start(run, delay, args, false) : real.setTimeout(run, delay, ...args),
  );
  define(
    "setInterval",
    (run: () => void, delay?: number, ...args: unknown[]) =>
      world.current ? start(run, delay, args, true) : real.setInterval(run, delay, ...args),
  );
  define(
    "setImmediate",
    (run: () => void, ...args: unknown[]) =>
      world.current ? start(run, 0, args, false) : real.setImmediate(run, ...args as []),
  );
  const clear = (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.clear();
    else real.clearTimeout(timer as number);
  };
  define("clearTimeout", clear);
  define("clearInterval", clear);
  define("Date", virtualDate(world));
  performance.now = () =>
    world.current ? world.monotonic(world.current) : realNow.call(performance);
  Math.random = () => world.current ? world.random.next() : realRandom();
  crypto.randomUUID =
    (() => world.current ? virtualUuid(world) : realUuid.call(crypto)) as typeof realUuid;
  for (const name of PRINTING) {
    console[name] = (...args: unknown[]) => world.current ? undefined : realConsole[name](...args);
  }
  const write = process.stdout.write;
  process.stdout.write =
    ((...args: Parameters<typeof write>) =>
      world.current ? true : write.apply(process.stdout, args)) as typeof write;
  // A simulated process that dies takes its listeners with it.
  const platform = host();
  const { onCrash } = platform;
  platform.onCrash = () => () => {};
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args) {
    listeners.note(this, 1);
    return addEventListener.apply(this, args);
  } as typeof addEventListener;
  EventTarget.prototype.removeEventListener = function (this: EventTarget, ...args) {
    listeners.note(this, -1);
    return removeEventListener.apply(this, args);
  } as typeof removeEventListener;

  return () => {
    for (const [name, value] of Object.entries(real)) define(name, value);
    performance.now = realNow;
    Math.random = realRandom;
    crypto.randomUUID = realUuid;
    Object.assign(console, realConsole);
    process.stdout.write = write;
    platform.onCrash = onCrash;
    EventTarget.prototype.addEventListener = addEventListener;
    EventTarget.prototype.removeEventListener = removeEventListener;
  };
}

function timerDelay(delay: unknown): number {
  const delayMs = Number(delay);
  return delayMs >= 1 && delayMs <= LONGEST_DELAY_MS ? delayMs : 1;
}

function virtualDate(world: World): DateConstructor {
  const now = () => world.current ? world.wall(world.current) : real.Date.now();
  return new Proxy(real.Date, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new real.Date(now()).toString(),
    get: (target, name) => name === "now" ? now : Reflect.get(target, name),
  });
}

function virtualUuid(world: World): string {
  const digits = Array.from({ length: 32 }, () => world.random.whole(0, 15).toString(16)).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
