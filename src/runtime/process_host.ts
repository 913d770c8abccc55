/** The host of Node, Deno and Bun, which share `process` and the built-in modules of Node. @module */

import { isErrorLike, messageOf } from "../errors.ts";
import type { Host, RuntimeName, StopSignal } from "./host.ts";
import { readEnvironment } from "./environment.ts";
import type { ProcessLike, RuntimeGlobals } from "./globals.ts";
import { OutputQueue } from "./output_queue.ts";
import { openStandardOutput } from "./standard_output.ts";

/** Creates the host of a runtime with a `process`. */
export function processHost(name: RuntimeName, scope: RuntimeGlobals): Host {
  const process = scope.process ?? {};
  let output: OutputQueue | undefined;
  const host: Host = {
    name,
    env: (variable) => readEnvironment(variable, scope),
    async readTextFile(path) {
      const fs = await host.builtin<{ readFile(path: string, encoding: "utf8"): Promise<string> }>(
        "fs/promises",
      );
      if (!fs) throw new Error(`${name} has no file system`);
      return await fs.readFile(path, "utf8");
    },
    onStopSignal: shared((listener) => listenForStop(process, listener)),
    onCrash: shared((listener) =>
      listenForCrash(name, scope, (error) => {
        listener(error);
        output?.writeNow();
      })
    ),
    isTerminal: () => process.stdout?.isTTY === true,
    writeOut: (text, describe) =>
      (output ??= new OutputQueue(openStandardOutput(scope))).add(text, describe),
    outWritten: () => output?.written(),
    exit: (code) => process.exit?.(code),
    builtin: (module) => loadBuiltin(process, module),
  };
  return host;
}

type Listen<Value> = (listener: (value: Value) => void) => () => void;

/** Listeners share one listener on the process: runtimes warn of more than ten. */
function shared<Value>(listen: Listen<Value>): Listen<Value> {
  const listeners = new Set<(value: Value) => void>();
  let unlisten = () => {};
  return (listener) => {
    const own = (value: Value) => listener(value); // The same function may listen twice.
    if (listeners.size === 0) {
      unlisten = listen((value) => {
        for (const each of [...listeners]) each(value);
      });
    }
    listeners.add(own);
    return () => {
      if (listeners.delete(own) && listeners.size === 0) unlisten();
    };
  };
}

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

function listenForStop(
  process: ProcessLike,
  listener: (signal: StopSignal) => void,
): () => void {
  for (const signal of SIGNALS) process.on?.(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off?.(signal, listener);
  };
}

/** Bun has no event that only watches: there, the process ends as it would have, unless others listen too and decide that. */
function listenForCrash(
  name: RuntimeName,
  scope: RuntimeGlobals,
  listener: (error: unknown) => void,
): () => void {
  const { process = {} } = scope;
  const event = name === "bun" ? "unhandledRejection" : "uncaughtExceptionMonitor";
  const onError = (error: unknown) => {
    listener(error);
    if (name !== "bun" || process.listenerCount?.(event) !== 1) return;
    process.stderr?.write(`${isErrorLike(error) && error.stack || messageOf(error)}\n`);
    process.exit?.(1);
  };
  process.on?.(event, onError);
  return () => void process.off?.(event, onError);
}

/**
 * Bundlers for the edge would follow an import statement, so there is none: `getBuiltinModule` replaces it and, on Node
 * before 20.16, an import whose specifier is built at run time.
 */
async function loadBuiltin<T>(process: ProcessLike, name: string): Promise<T | undefined> {
  if (process.getBuiltinModule) return process.getBuiltinModule(name) as T | undefined;
  const specifier = ["node", name].join(":");
  // Bundlers warn of a specifier that they do not know, unless they are told to leave it alone.
  return await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier) as T;
}
