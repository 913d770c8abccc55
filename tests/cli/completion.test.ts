import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cli } from "./support.ts";

const COMMANDS = [
  "init",
  "dev",
  "run",
  "trigger",
  "apply",
  "logs",
  "get",
  "list",
  "doctor",
  "completion",
];

describe("completion", () => {
  it("of bash completes commands, options and their values", async () => {
    const { output: script } = await cli(["completion", "bash"]);
    const complete = (...words: string[]) => {
      const line = words.map((word) => JSON.stringify(word)).join(" ");
      const code = `${script}\nCOMP_WORDS=(${line})\nCOMP_CWORD=${words.length - 1}\n` +
        `_conveyor_driver\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", code], { encoding: "utf8" }).trim().split("\n");
    };
    expect(complete("conveyor-driver", "")).toEqual([...COMMANDS, "--help", "--version"]);
    expect(complete("conveyor-driver", "tr")).toEqual(["trigger"]);
    expect(complete("conveyor-driver", "trigger", "--fo")).toEqual(["--follow"]);
    expect(complete("conveyor-driver", "dev", "--generation", "v")).toEqual(["v1", "v2", "v3"]);
    expect(complete("conveyor-driver", "completion", "z")).toEqual(["zsh"]);
    expect(complete("conveyor-driver", "dev", "README.m")).toEqual(["README.md"]);
  });

  it.each(["zsh", "fish"])("of %s names every command and option", async (shell) => {
    const { code, output } = await cli(["completion", shell]);
    for (const name of [...COMMANDS, "follow", "generation", "json"]) {
      expect(output).toContain(name);
    }
    expect(output.split("'").length % 2).toBe(1); // Every quote is closed.
    expect(code).toBe(0);
  });

  it("refuses another shell", async () => {
    expect(await cli(["completion", "tcsh"])).toMatchObject({
      code: 2,
      output: expect.stringContaining("name one shell: bash, zsh, fish"),
    });
  });
});

describe("help", () => {
  it.each(COMMANDS)(
    "of %s has options and examples, also where other arguments are wrong",
    async (name) => {
      const { code, output } = await cli([name, "--absent", "--help"]);
      expect(output).toMatch(new RegExp(`Usage\\n {2}conveyor-driver ${name} `));
      expect(output).toMatch(new RegExp(`Examples\\n {2}# .+\\n {2}conveyor-driver ${name}`));
      expect(output).toContain("--json");
      expect(code).toBe(0);
    },
  );

  it("of the program names every command, and an unknown one is refused", async () => {
    const { output } = await cli([]);
    for (const name of COMMANDS) expect(output).toMatch(new RegExp(`\\n {2}${name} +[A-Z]`));
    expect(await cli(["deploy"])).toMatchObject({ code: 2 });
    expect((await cli(["--version"])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
