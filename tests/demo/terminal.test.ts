import { expect, it } from "vitest";
import { palette, Screen } from "../../examples/demo/terminal.ts";
import { wrap } from "../../examples/demo/wrap.ts";

/** A screen of some width, and what is written to it. */
function openScreen(terminal: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const output = { ...terminal, write: (text: string) => written.push(text) };
  return { written, screen: new Screen(output, ["check", "build"], palette({}, {})) };
}

it("a long line goes on below, beside the same bar", () => {
  const { written, screen } = openScreen({ columns: 40 });
  screen.log({
    driver: "build",
    message: "node_modules/tsup/dist/cli-default.js has ended at last",
  });
  expect(written.join("")).toBe(
    "  build │ node_modules/tsup/dist/cli-def\n" +
      "        │ ault.js has ended at last\n",
  );
});

it("a line is not broken where the output is no terminal", () => {
  const { written, screen } = openScreen({});
  const message = "word ".repeat(100);
  screen.log({ driver: "check", message });
  expect(written).toEqual([`  check │ ${message}\n`]);
});

it("a terminal shows how long a step has been at work, and the next line takes its place", () => {
  const { written, screen } = openScreen({ isTTY: true, columns: 80 });
  screen.progress();
  expect(written).toEqual([]);
  screen.log({ driver: "build", message: "compiling" });
  screen.progress(performance.now() + 12_000);
  screen.log({ driver: "build", message: "compiled" });
  expect(written[1]).toContain("\r\x1b[K  build │ ");
  expect(written[1]).toMatch(/ 12 s$/);
  expect(written[2]).toBe("\r\x1b[K  build │ compiled\n");
});

it("what is no terminal gets no progress", () => {
  const { written, screen } = openScreen({});
  screen.log({ driver: "build", message: "compiling" });
  screen.progress();
  expect(written).toHaveLength(1);
});

it("breaks at spaces, and within a word only where there is none", () => {
  expect(wrap("one two three four five", 20)).toEqual(["one two three four", "five"]);
  expect(wrap("a".repeat(45), 20)).toEqual(["a".repeat(20), "a".repeat(20), "a".repeat(5)]);
  expect(wrap("", 20)).toEqual([""]);
});
