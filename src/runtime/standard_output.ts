/** The standard output of Node, Deno and Bun, written to without blocking the event loop. @module */

import { hasCode } from "../errors.ts";
import { builtinNow } from "./builtin.ts";
import type { RuntimeGlobals } from "./globals.ts";
import type { Output } from "./output_queue.ts";

/** Writes some of the bytes. Returns how many. */
type WriteSome = (bytes: Uint8Array) => Promise<number>;

interface FileSystem {
  write(
    descriptor: number,
    bytes: Uint8Array,
    done: (error: unknown, written: number) => void,
  ): void;
}

const DESCRIPTOR = 1;
/** Before the next attempt when a process beside this one has made the pipe or terminal that they share non-blocking. */
const AGAIN_MS = 20;
/** What a thread takes at most to start with a write. */
const START_MS = 5;

/**
 * Opens standard output. `process.stdout` of Node and Bun does not block on pipes, but on terminals; Deno's does on both. So
 * those are written to by a thread of the runtime's.
 */
export function openStandardOutput(scope: RuntimeGlobals): Output {
  const { Deno, process } = scope;
  const stdout = process?.stdout;
  // A failed write reports its error as well, and has no listener for the event of the package's own.
  stdout?.on?.("error", () => {});
  const writeSome: WriteSome | undefined = Deno
    ? (bytes) => Deno.stdout.write(bytes)
    : stdout?.isTTY
    ? byThread(builtinNow("node:fs", scope))
    : undefined;
  let failure: unknown;
  return {
    write: writeSome
      ? (text) => writeAll(text, writeSome)
      : (text) =>
        new Promise((resolve, reject) => {
          if (failure !== undefined) return reject(failure);
          const done = (error: unknown) => error ? reject(failure = error) : resolve();
          // A function that a user has put in its place mostly calls no other.
          if (stdout?.write(text, done) !== false) resolve();
        }),
    writeNow(text) {
      if (!Deno) return void stdout?.write(text);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, START_MS);
      Deno.stdout.writeSync(encode(text));
    },
    onExit(listener) {
      if (Deno) { // `Deno.exit` emits no other event.
        scope.addEventListener?.("unload", listener);
        return () => scope.removeEventListener?.("unload", listener);
      }
      process?.on?.("exit", listener);
      return () => void process?.off?.("exit", listener);
    },
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function byThread(fs: FileSystem | undefined): WriteSome | undefined {
  return fs &&
    ((bytes) =>
      new Promise((resolve, reject) =>
        fs.write(DESCRIPTOR, bytes, (error, written) => error ? reject(error) : resolve(written))
      ));
}

async function writeAll(text: string, writeSome: WriteSome): Promise<void> {
  for (let bytes = encode(text); bytes.length > 0;) {
    try {
      bytes = bytes.subarray(await writeSome(bytes));
    } catch (error) {
      if (!hasCode(error, "EAGAIN")) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
