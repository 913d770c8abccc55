import { describe, expect, it } from "vitest";
import { runScript } from "../../src/process/mod.ts";

describe("runScript", () => {
  it("stops at the first command that fails", async () => {
    const result = await runScript("echo one\nfalse\necho two");
    expect(result).toMatchObject({ success: false, exitCode: 1, stdout: "one\n" });
  });

  it("passes arguments as they are", async () => {
    const args = [`"; echo injected; "`, "$(echo injected)", ""];
    const { stdout } = await runScript(`printf '%s|' "$#" "$@"`, { args });
    expect(stdout).toBe(`3|${args.join("|")}|`);
  });

  it("takes another shell, and all that `run` takes", async () => {
    const shell = ["bash", "-euo", "pipefail", "-c"] as const;
    const result = await runScript("false | true; echo $NAME", { shell, env: { NAME: "x" } });
    expect(result).toMatchObject({ success: false, stdout: "" });
    expect(await runScript("echo $NAME", { shell, env: { NAME: "x" } }))
      .toMatchObject({ stdout: "x\n" });
  });

  it("refuses a shell that is no list", async () => {
    await expect(runScript("true", { shell: [] as never })).rejects.toMatchObject({
      code: "config",
      field: "shell",
    });
  });
});
