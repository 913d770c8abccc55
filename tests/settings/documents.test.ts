import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** The environment variables that are read. */
const variables = ["src/settings.ts", "src/transport/resolve_auth.ts"].flatMap((path) =>
  [...read(path).matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)].map(([, name = ""]) => name)
);

/** Whether Deno's `--allow-env` list lets a variable be read. */
function allows(list: string, variable: string): boolean {
  return list.split(",").some((name) =>
    name.endsWith("*") ? variable.startsWith(name.slice(0, -1)) : variable === name
  );
}

describe("the documents name every setting", () => {
  it("docs/settings.md has a row for each variable, and for no other", () => {
    const rows = [...read("docs/settings.md").matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) =>
      name
    );
    expect(rows.sort()).toEqual([...variables].sort());
  });

  it.each(["README.md", "docs/settings.md", "examples/deno/deno.json"])(
    "the permissions of Deno in %s are the required ones",
    (path) => {
      const lists = [...read(path).matchAll(/--allow-env=(\S+)/g)].map(([, list = ""]) => list);
      expect(lists).not.toEqual([]);
      for (const list of lists) {
        expect(variables.filter((variable) => !allows(list, variable))).toEqual([]);
        const unused = list.split(",").filter((name) =>
          !variables.some((each) => allows(name, each))
        );
        expect(unused).toEqual([]);
      }
    },
  );
});
