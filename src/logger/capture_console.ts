/** Sends what a piece of work writes to the console to a log, and nobody else's. @module */

import { host } from "../runtime/detect.ts";
import { textOf } from "./writing/labels.ts";
import type { Logger } from "./logger.ts";
import type { LogLevel } from "./record.ts";

/** As much of `AsyncLocalStorage` as it takes. */
interface ContextStorage {
  run<T>(store: Capture, work: () => T): T;
  getStore(): Capture | undefined;
}

interface Capture {
  readonly logger: Logger;
  active: boolean;
}

type Format = (...values: unknown[]) => string;
type Method = "debug" | "trace" | "log" | "info" | "dir" | "warn" | "error";
type Methods = Record<Method, (...values: unknown[]) => void>;

const LEVELS: Record<Method, LogLevel> = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  dir: "info",
  warn: "warn",
  error: "error",
};

let storage: ContextStorage | undefined;
let captures = 0;

/**
 * Runs `work`. Until it has ended, what it writes with `console.log` and the like, also from functions that it calls and
 * timers that it sets, goes to `logger`; what anybody else writes goes where it always went. Captures may overlap.
 *
 * It takes `AsyncLocalStorage`, which Node, Deno and Bun have. Elsewhere the work runs with the console as it is, and a
 * line in the log says so.
 *
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { captureConsole } from "@conveyor/driver/logging";
 *
 * const logger = createLogger({ driver: "deploy", runId: "1" });
 * await captureConsole(logger, async () => {
 *   console.log("this is a line of the run's log");
 * });
 * ```
 */
export async function captureConsole<T>(logger: Logger, work: () => T | Promise<T>): Promise<T> {
  const hooks = await host().builtin<{ AsyncLocalStorage: new () => ContextStorage }>(
    "async_hooks",
  );
  if (hooks === undefined) {
    logger.warn(
      "cannot capture the console: this runtime has no AsyncLocalStorage; use the logger",
    );
    return await work();
  }
  const util = await host().builtin<{ format: Format }>("util");
  const current = storage ??= new hooks.AsyncLocalStorage();
  const capture: Capture = { logger, active: true };
  const restore = redirectConsole(current, util?.format ?? joined);
  try {
    return await current.run(capture, work);
  } finally {
    capture.active = false;
    restore();
  }
}

/**
 * The logger of the capture that the caller runs in; `undefined` outside of any. It lets a logging library that is set up
 * once for the whole process write to the log of whichever run is at work.
 */
export function currentLogger(): Logger | undefined {
  const capture = storage?.getStore();
  return capture?.active ? capture.logger : undefined;
}

function joined(...values: unknown[]): string {
  return values.map(textOf).join(" ");
}

let original: Partial<Methods> = {};
let replaced: Partial<Methods> = {};

/** Puts our functions into the console for as long as anybody captures. */
function redirectConsole(current: ContextStorage, format: Format): () => void {
  const target: Methods = globalThis.console;
  if (captures++ === 0) {
    original = {};
    replaced = {};
    for (const method of Object.keys(LEVELS) as Method[]) {
      const usual = target[method];
      original[method] = usual;
      replaced[method] = (...values: unknown[]) => {
        const capture = current.getStore();
        if (capture?.active) capture.logger[LEVELS[method]](format(...values));
        else usual.apply(target, values);
      };
      target[method] = replaced[method];
    }
  }
  return () => {
    if (--captures > 0) return;
    for (const method of Object.keys(LEVELS) as Method[]) {
      // Somebody else may have put a function of theirs over ours: then it is not ours to take away.
      if (target[method] === replaced[method]) target[method] = original[method]!;
    }
  };
}
