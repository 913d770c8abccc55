/** The host of runtimes with the web platform only: workerd and other edge runtimes, browsers. @module */

import type { Host, RuntimeName } from "./host.ts";
import { readEnvironment } from "./environment.ts";
import type { RuntimeGlobals } from "./globals.ts";

/** Creates the host of a runtime without processes, signals and files. */
export function webHost(name: RuntimeName, scope: RuntimeGlobals): Host {
  return {
    name,
    env: (variable) => readEnvironment(variable, scope),
    readTextFile: (path) =>
      Promise.reject(
        new Error(`${name} has no file system to read ${path} from; pass the text instead`),
      ),
    onStopSignal: () => () => {},
    onCrash: () => () => {},
    isTerminal: () => false,
    writeOut: (text) => scope.console.log(text.replace(/\n$/, "")),
    outWritten: () => undefined,
    exit: () => {},
    builtin: () => Promise.resolve(undefined),
  };
}
