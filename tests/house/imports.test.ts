import { describe, expect, it } from "vitest";
import { readSourceFiles } from "../../scripts/lib/source_graph.mjs";
import { usedGlobals } from "./used_globals.ts";

/** From the ground up: a file imports from its own layer's folder or from layers below, never from beside or above. */
const LAYERS: readonly (readonly string[])[] = [
  ["errors", "standard_schema", "version"],
  ["encoding", "error_text"],
  ["runtime", "telemetry", "validate"],
  ["async", "protocol"],
  ["settings"],
  ["credentials", "transport"],
  ["client", "logger"],
  ["reconcile"],
  ["driver"],
  ["pipeline"],
  ["manager"],
  ["named_types"],
];

/** What users import by a sub-path. Nothing else but programs imports these. */
const ENTRIES = ["dev", "otel", "process", "testing"];

/** Programs over the entries, which they use as users do. Nothing imports these. */
const PROGRAMS = ["cli"];

/** Where Node, Deno and Bun may be named. */
const RUNTIME_PLACES = /^src\/(?:runtime\/|transport\/tcp|process|dev\/|cli\/)/;

const files = readSourceFiles();

/** The layer or entry that a path belongs to: the first name below `src`. */
function partOf(path: string): string {
  return path.replace(/^src\//, "").replace(/\/.*$|\.ts$/g, "");
}

function heightOf(part: string): number {
  if (PROGRAMS.includes(part)) return LAYERS.length + 1;
  if (ENTRIES.includes(part) || part === "mod") return LAYERS.length;
  return LAYERS.findIndex((layer) => layer.includes(part));
}

describe("imports run one way", () => {
  it("every file has its layer", () => {
    expect(files.map(({ path }) => partOf(path)).filter((part) => heightOf(part) < 0)).toEqual([]);
  });

  it("from the manager down to the errors, and never back", () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports.filter((target) => {
        const [from, to] = [partOf(path), partOf(target)];
        return target.startsWith("src/") && from !== to && heightOf(to) >= heightOf(from);
      }).map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });

  it("nothing imports mod.ts, or what users import by a sub-path", () => {
    const libraries = files.filter(({ path }) => !PROGRAMS.includes(partOf(path)));
    const wrong = libraries.flatMap(({ path, imports }) =>
      imports.filter((target) =>
        target === "mod.ts" || target.startsWith("@conveyor/") ||
        target.startsWith("src/") && [...ENTRIES, ...PROGRAMS].includes(partOf(target)) &&
          partOf(target) !== partOf(path)
      ).map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });

  it("relative imports name their file, with its ending", () => {
    const paths = new Set(files.map(({ path }) => path));
    const wrong = files.flatMap(({ path, imports }) =>
      imports.filter((target) => /^(?:src\/|\.|mod)/.test(target) && !paths.has(target))
        .map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });
});

describe("the core knows no runtime", () => {
  const core = files.filter(({ path }) => !RUNTIME_PLACES.test(path));

  it("it imports no module of Node's", () => {
    const wrong = core.flatMap(({ path, imports }) =>
      imports.filter((target) => /^(?:node|bun|cloudflare):/.test(target))
        .map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });

  it("it names neither Deno, nor Bun, nor process", () => {
    const names = new Set(["Deno", "Bun", "process", "Buffer", "require", "__dirname"]);
    expect(core.flatMap((file) => usedGlobals(file, names))).toEqual([]);
  });

  it("a use of Node's process would be found", () => {
    const file = { path: "src/x.ts", text: "", imports: [] };
    const found = (text: string) => usedGlobals({ ...file, text }, new Set(["process"]));
    expect(found("export const home = process.env;")).toEqual(["src/x.ts:1 uses process"]);
    expect(found("globalThis.process?.exit(1);")).toEqual(["src/x.ts:1 uses process"]);
    expect(found("queue.process(); const o = { process: 1 };")).toEqual([]);
  });
});

describe("the house", () => {
  it("names its files in snake_case", () => {
    const wrong = files.map(({ path }) => path)
      .filter((path) => !/^(?:[a-z0-9_]+\/)*[a-z0-9_]+\.ts$/.test(path));
    expect(wrong).toEqual([]);
  });

  it("keeps a file to one idea: none is longer than 250 lines", () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });

  it("spells the wire's field names in src/protocol alone", () => {
    const wire = /["'.]?\b(?:run_id|runid|driverresult)\b/;
    const wrong = files.filter(({ path }) => !path.startsWith("src/protocol/"))
      .flatMap(({ path, text }) =>
        text.split("\n").flatMap((line, index) =>
          wire.test(line.replace(/^\s*(?:\/?\*|\/\/).*/, ""))
            ? [`${path}:${index + 1}: ${line.trim()}`]
            : []
        )
      );
    expect(wrong).toEqual([]);
  });

  it("recognises errors by their code: a class of another copy of the package is another class", () => {
    const wrong = files.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) =>
        /\binstanceof \w+Error\b/.test(line.replace(/^\s*\*.*/, ""))
          ? [`${path}:${index + 1}: ${line.trim()}`]
          : []
      )
    );
    expect(wrong).toEqual([]);
  });

  it("leaves nothing open and prints nothing by itself", () => {
    const wrong = files.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => {
        const code = line.replace(/^\s*\*.*/, "");
        const left = /\b(?:TODO|FIXME|XXX|HACK)\b/.test(line) ||
          /(?<![.\w])console\.\w+\(/.test(code);
        return left ? [`${path}:${index + 1}: ${line.trim()}`] : [];
      })
    );
    expect(wrong).toEqual([]);
  });
});
