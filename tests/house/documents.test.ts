import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readBlocks } from "../support/document_blocks.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(posix.join(ROOT, path), "utf8");
const namesIn = (folder: string) => readdirSync(posix.join(ROOT, folder));

const documents = [
  ...namesIn("."),
  ...namesIn("docs").map((name) => `docs/${name}`),
  ...namesIn("examples").map((name) => `examples/${name}/README.md`),
].filter((path) => path.endsWith(".md") && existsSync(posix.join(ROOT, path)));

/** What a heading is linked to by: GitHub's way. */
const anchorOf = (heading: string) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/g, "-");

/** The anchors of a document. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

describe("the documents", () => {
  it.each(documents)("%s links to what is there", (path) => {
    const broken = [...read(path).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const full = file === "" ? path : posix.join(posix.dirname(path), file);
        if (!existsSync(posix.join(ROOT, full))) return true;
        return anchor !== undefined && !anchorsOf(full).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it("docs/README.md lists every document", () => {
    const others = namesIn("docs").filter((name) => name.endsWith(".md") && name !== "README.md");
    const index = read("docs/README.md");
    expect(others.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });

  it("the README's commands are run by tests: its drivers, its demo and the tests themselves", () => {
    const commands = readBlocks(read("README.md")).filter(({ language }) => language === "sh");
    expect(commands.map(({ marks, text }) => `${marks} ${text.trim()}`)).toEqual([
      "clone npm ci && npm run demo",
      "clone npm ci && npm test",
    ]);
    expect(read("tests/demo/demo.test.ts")).toContain('"run", "--silent", "demo"');
  });

  it("commands of npm that they name are there", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [
      ...documents,
      ".github/workflows/ci.yml",
      ".github/workflows/release.yml",
      ".ci/run",
    ]
      .flatMap((path) =>
        [...read(path).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => `${path}: ${name}`)
      );
    expect(named.filter((each) => !((each.split(": ")[1] ?? "") in scripts))).toEqual([]);
    expect(named).not.toEqual([]);
  });
});
