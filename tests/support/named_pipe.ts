import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A pipe of the system, whose reader does what the test says. */
export interface NamedPipe extends AsyncDisposable {
  readonly path: string;
  /** Reads to the end: until all who write have closed it. */
  readAll(): Promise<string>;
  /** The reader goes away. */
  close(): void;
}

/** Creates a pipe that is open for reading, and not read. */
export function createNamedPipe(): NamedPipe {
  const folder = mkdtempSync(join(tmpdir(), "conveyor-pipe-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  let reader: number | undefined = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const close = () => {
    if (reader !== undefined) closeSync(reader);
    reader = undefined;
  };
  return {
    path,
    readAll: () => readFile(path, "utf8").finally(close),
    close,
    [Symbol.asyncDispose]() {
      close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
