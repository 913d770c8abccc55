/** Puts virtual time in the place of the runtime's, for code of tests of drivers alone. @module */

import { LONGEST_TIMER_MS } from "../async/long_timer.ts";
import { bound, currentContext, type TestContext } from "./context.ts";
import type { VirtualTimer } from "./virtual_time.ts";

type Callback = (...args: unknown[]) => void;

/** What `Math.random` returns to the manager: back-off then takes its longest delay, the same in each test. */
const ALMOST_ONE = 1 - 2 ** -53;

let installed = 0;
let restore = () => {};

/** Installs the globals until the returned function is called. Other code, and other tests, keep the runtime's. */
export function installVirtualGlobals(): () => void {
  if (installed++ === 0) restore = install();
  return () => {
    if (--installed === 0) restore();
  };
}

function install(): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval, Date } = globalThis;
  const { now } = performance;
  const { random } = Math;
  const original = { setTimeout, clearTimeout, setInterval, clearInterval, Date };
  const define = (values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  };
  const starter = (real: typeof setTimeout, repeats: boolean) =>
    Object.assign((run: Callback, delay?: number, ...args: unknown[]): unknown => {
      const context = currentContext();
      return context?.virtualTimers
        ? startTimer(context, () => run(...args), delay, repeats)
        : real(run, delay, ...args);
    }, real);
  const clearer = (real: (timer: number | undefined) => void) => (timer: unknown) => {
    if (Timer.is(timer)) timer.clear();
    else real(timer as number | undefined);
  };
  define({
    setTimeout: starter(setTimeout, false),
    setInterval: starter(setInterval as unknown as typeof setTimeout, true),
    clearTimeout: clearer(clearTimeout),
    clearInterval: clearer(clearInterval),
    Date: virtualDate(Date),
  });
  performance.now = () => currentContext()?.time.now ?? now.call(performance);
  Math.random = () => currentContext()?.isUserCode === false ? ALMOST_ONE : random();
  return () => {
    define(original);
    performance.now = now;
    Math.random = random;
  };
}

/** A timer of the platform in virtual time. */
class Timer {
  #current: VirtualTimer | undefined;
  readonly #onEnd: () => void;

  static is(value: unknown): value is Timer {
    return typeof value === "object" && value !== null && #current in value;
  }

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  start(context: TestContext, run: () => void, delayMs: number, repeats: boolean): void {
    this.#current = context.time.after(delayMs, () => {
      if (repeats) this.start(context, run, delayMs, true);
      else this.#end();
      run();
    });
  }

  clear(): void {
    this.#current?.cancel();
    this.#end();
  }

  /** What the timers of Node and Bun have. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  #end(): void {
    if (this.#current) this.#onEnd();
    this.#current = undefined;
  }
}

function startTimer(
  context: TestContext,
  run: () => void,
  delay: number | undefined,
  repeats: boolean,
): Timer {
  const delayMs = Number(delay);
  const { isUserCode, onUserTimer } = context;
  if (isUserCode) onUserTimer(1);
  const timer = new Timer(() => isUserCode && onUserTimer(-1));
  // Runtimes fire at once what is longer than they can wait.
  timer.start(
    context,
    bound(run),
    delayMs >= 1 && delayMs <= LONGEST_TIMER_MS ? delayMs : 1,
    repeats,
  );
  return timer;
}

function virtualDate(real: DateConstructor): DateConstructor {
  const now = () => currentContext()?.time.wallMs ?? real.now();
  return new Proxy(real, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new real(now()).toString(),
    get: (target, name) => name === "now" ? now : Reflect.get(target, name),
  });
}
