/** Redirects the console of one asynchronous context to a logger. @module */

import { host } from "../runtime/detect.ts";
import type { Logger } from "./logger.ts";
import type { LogLevel } from "./record.ts";
import { textOf } from "./writing/labels.ts";

/** The part of `AsyncLocalStorage` that is used. */
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
 * Runs `work` and redirects its console to `logger` until it ends: `console.log` and the like, also in functions that it
 * calls and in timers that it sets. Other code keeps its console. Captures may overlap.
 *
 * It requires `AsyncLocalStorage`, which Node, Deno and Bun have. On other runtimes the work runs without a capture, and
 * a line in the log reports it.
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
 * Returns the logger of the capture that the caller runs in; `undefined` outside a capture. A logging library that is
 * configured once for the process uses it to write to the log of the current run.
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

/** Replaces the methods of the console until the last capture has ended. */
function redirectConsole(current: ContextStorage, format: Format): () => void {
  const target: Methods = globalThis.console;
  if (captures++ === 0) {
    original = {};
    replaced = {};
    for (const method of Object.keys(LEVELS) as Method[]) {
      const previous = target[method];
      original[method] = previous;
      replaced[method] = (...values: unknown[]) => {
        const capture = current.getStore();
        if (capture?.active) capture.logger[LEVELS[method]](format(...values));
        else previous.apply(target, values);
      };
      target[method] = replaced[method];
    }
  }
  return () => {
    if (--captures > 0) return;
    for (const method of Object.keys(LEVELS) as Method[]) {
      // A method that other code has replaced since is theirs to restore.
      if (target[method] === replaced[method]) target[method] = original[method]!;
    }
  };
}
