import { expect, it } from "vitest";
import { OutputQueue } from "../../src/runtime/output_queue.ts";
import { commandFor, runProgram, RUNTIMES } from "../support/program.ts";

const MEBI = "x".repeat(1024 * 1024);

/** An output whose reader takes each text when the test says so. */
function slowOutput() {
  const written: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  const listeners = new Set<() => void>();
  const output = {
    write: (text: string) =>
      new Promise<void>((resolve, reject) => {
        waiting.push((error) => {
          if (error) return reject(error);
          written.push(text);
          resolve();
        });
      }),
    writeNow: (text: string) => void written.push(text),
    onExit(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  /** Takes texts until nothing waits. */
  const takeAll = async (queue: OutputQueue) => {
    for (let all = queue.written(); all; all = queue.written()) {
      waiting.shift()?.();
      await Promise.resolve();
    }
  };
  return { output, written, waiting, listeners, takeAll };
}

it("writes the first text at once, and those that come meanwhile together", async () => {
  const { output, written, waiting, listeners, takeAll } = slowOutput();
  const queue = new OutputQueue(output);
  expect(queue.written()).toBeUndefined();
  for (const text of ["a\n", "b\n", "c\n"]) expect(queue.add(text)).toBeUndefined();
  expect(waiting).toHaveLength(1);
  expect(listeners.size).toBe(1);
  await takeAll(queue);
  expect(written).toEqual(["a\n", "b\nc\n"]);
  await Promise.resolve();
  expect(listeners.size).toBe(0);
});

it("has the writer wait when much waits, until half of that is written", async () => {
  const { output, takeAll } = slowOutput();
  const queue = new OutputQueue(output);
  const room = queue.add(MEBI);
  expect(room).toBeInstanceOf(Promise);
  expect(queue.add("more\n")).toBe(room);
  await takeAll(queue);
  await room;
  expect(queue.add("less\n")).toBeUndefined();
});

it("drops texts when it is full, and says how many in their place", async () => {
  const { output, written, takeAll } = slowOutput();
  const queue = new OutputQueue(output);
  for (let text = 0; text < 16; text++) expect(queue.add(MEBI)).not.toBe(false);
  const describe = (count: number) => `${count} dropped\n`;
  for (let text = 0; text < 3; text++) expect(queue.add("lost\n", describe)).toBe(false);
  await takeAll(queue);
  expect(queue.add("after\n", describe)).toBeUndefined();
  await takeAll(queue);
  expect(written.join("").replaceAll(MEBI, "M")).toBe(`${"M".repeat(16)}3 dropped\nafter\n`);
});

it("takes nothing more once a write has failed, and nobody waits for it", async () => {
  const { output, written, waiting } = slowOutput();
  const queue = new OutputQueue(output);
  void queue.add("a\n");
  void queue.add("b\n");
  const all = queue.written();
  waiting.shift()!(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await all;
  expect(queue.written()).toBeUndefined();
  expect(queue.add("c\n")).toBe(false);
  expect([written, waiting]).toEqual([[], []]);
});

it("waits for a reader that has stopped no longer than it takes to know that", async () => {
  const { output, waiting } = slowOutput();
  const queue = new OutputQueue(output);
  const room = queue.add(MEBI);
  await queue.written();
  await room;
  expect(waiting).toHaveLength(1);
  expect(queue.add("more\n")).toBeInstanceOf(Promise);
});

it("at the end of the process writes what waits", () => {
  const { output, written, listeners } = slowOutput();
  const queue = new OutputQueue(output);
  for (const text of ["a\n", "b\n", "c\n"]) void queue.add(text);
  for (const listener of listeners) listener();
  expect(written).toEqual(["b\nc\n"]);
});

it.each(
  RUNTIMES.flatMap((runtime) => ["exit", "end", "crash"].map((how) => [runtime, how] as const)),
)(
  "on %s no line is lost at the end by %s",
  async (runtime, how) => {
    const { command, args } = commandFor(runtime, "tests/runtime/support/last_lines.ts");
    const { output } = await runProgram(command, [...args, how]);
    const last = how === "crash" ? ["the last line"] : [];
    expect(output.split("\n").filter((line) => /^line \d|^the last/.test(line))).toEqual([
      ...Array.from({ length: 2000 }, (_, line) => `line ${line}`),
      ...last,
    ]);
  },
);
