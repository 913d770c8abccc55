import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { importCircles, readSourceFiles } from "../../scripts/lib/source_graph.mjs";

/**
 * The rooms of each part, from the ground up. A file imports from its own room and from rooms below it. `.` is the part's first
 * level but for the files that are listed by name: its vocabulary.
 */
const ROOMS: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  "src/cli": [".", "output", "files", "api", "dev", "doctor", "init", "completion", "commands", [
    "main.ts",
  ], ["mod.ts"]],
  "src/client": [".", "http", "logs", "calls", ["create_client.ts"], "helpers", ["mod.ts"]],
  "src/dev": [".", "store", "engine", "api", "server", ["dev_server.ts"], ["mod.ts"]],
  "src/logger": [
    ".",
    "masking",
    "sinks",
    "pipeline",
    "writing",
    ["create_logger.ts", "capture_console.ts"],
    ["mod.ts"],
    "bridges",
  ],
  "src/manager": [
    ".",
    "staleness",
    "session",
    "run",
    "settlement",
    "worker",
    "run_log",
    "monitoring",
    "lifecycle",
    ["create_driver_manager.ts"],
  ],
  "src/transport": [
    ".",
    "shared",
    "nats/dial",
    "nats/core",
    "nats/jetstream",
    "nats/pull",
    "nats",
    "tcp",
    "memory/broker",
    "memory/connection",
    ["memory_transport.ts", "websocket_transport.ts"],
    ["connect.ts"],
    ["mod.ts"],
  ],
};

const files = readSourceFiles();

/** The place of a room in its part's order, from 0. */
function heightOf(part: string, path: string): number {
  const rest = posix.relative(part, path);
  const order = ROOMS[part] ?? [];
  const named = order.findIndex((room) => Array.isArray(room) && room.includes(rest));
  if (named >= 0) return named;
  return order.indexOf(rest.includes("/") ? posix.dirname(rest) : ".");
}

describe("imports in the house", () => {
  it("run in no circle, those of types included", () => {
    expect(importCircles(files)).toEqual([]);
  });

  it("a circle would be found", () => {
    const file = (path: string, ...imports: string[]) => ({ path, text: "", imports });
    const circle = [file("a", "b"), file("b", "c"), file("c", "a"), file("d", "a")];
    expect(importCircles(circle)).toEqual([["a", "b", "c"]]);
    expect(importCircles([file("a", "b", "c"), file("b", "c"), file("c")])).toEqual([]);
  });

  it.each(Object.keys(ROOMS))("%s: every file has its room in the order", (part) => {
    const lost = files.filter(({ path }) => path.startsWith(`${part}/`))
      .filter(({ path }) => heightOf(part, path) < 0);
    expect(lost.map(({ path }) => path)).toEqual([]);
  });

  it.each(Object.keys(ROOMS))("%s: a room imports from rooms below it only", (part) => {
    const within = (path: string) => path.startsWith(`${part}/`);
    const wrong = files.filter(({ path }) => within(path)).flatMap(({ path, imports }) =>
      imports.filter((target) => within(target) && heightOf(part, target) > heightOf(part, path))
        .map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });

  it("from another part, only its first level is imported, or what its mod.ts names", () => {
    const doors = new Set(
      files.filter(({ path }) => path.endsWith("/mod.ts")).flatMap(({ imports }) => imports),
    );
    const partOf = (path: string) => Object.keys(ROOMS).find((part) => path.startsWith(`${part}/`));
    const wrong = files.filter(({ path }) => path !== "mod.ts").flatMap(({ path, imports }) =>
      imports.filter((target) => {
        const part = partOf(target);
        const deep = part !== undefined && posix.dirname(target) !== part;
        return deep && part !== partOf(path) && !doors.has(target);
      }).map((target) => `${path} imports ${target}`)
    );
    expect(wrong).toEqual([]);
  });
});
