import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workspace } from "../../src/process/mod.ts";
import { commandFor, currentRuntime, ROOT, startProgram } from "../support/program.ts";

let parent: string;
beforeEach(async () => void (parent = await mkdtemp(join(tmpdir(), "workspaces-"))));
afterEach(() => rm(parent, { recursive: true, force: true }));

/** The folder of this user below the parent. */
const rootOf = () => join(parent, `conveyor-workspaces-${process.getuid?.() ?? "user"}`);

describe("a workspace", () => {
  it("is an empty folder that only this user can read, and is removed at the end", async () => {
    let path: string;
    {
      await using folder = await workspace({ parent });
      path = folder.path;
      expect(await readdir(path)).toEqual([]);
      expect((await stat(path)).mode & 0o777).toBe(0o700);
      await mkdir(join(path, "a/b"), { recursive: true });
      await writeFile(join(path, "a/b/file"), "text");
    }
    expect(existsSync(path)).toBe(false);
  });

  it("is another one for each call, and can be removed before its end", async () => {
    await using one = await workspace({ parent });
    await using other = await workspace({ parent });
    expect(one.path).not.toBe(other.path);
    await one.remove();
    expect([existsSync(one.path), existsSync(other.path)]).toEqual([false, true]);
  });

  it("is removed with read-only folders in it", async () => {
    const folder = await workspace({ parent });
    await mkdir(join(folder.path, "module"));
    await writeFile(join(folder.path, "module/file"), "text");
    await chmod(join(folder.path, "module"), 0o500);
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });

  it("is created again after a cleaner of temporary files", async () => {
    await (await workspace({ parent })).remove();
    await rm(rootOf(), { recursive: true });
    await using folder = await workspace({ parent });
    expect(existsSync(folder.path)).toBe(true);
  });

  it("is not created through a link that another user could have left", async () => {
    await mkdir(join(parent, "elsewhere"));
    await symlink(join(parent, "elsewhere"), rootOf());
    await expect(workspace({ parent })).rejects.toMatchObject({ code: "workspace" });
  });

  it("reports where it cannot be created", async () => {
    await writeFile(join(parent, "file"), "");
    await expect(workspace({ parent: join(parent, "file") })).rejects.toMatchObject({
      code: "workspace",
      message: expect.stringContaining("cannot create a workspace in"),
    });
  });
});

describe.each([currentRuntime()])("a workspace of a process on %s", (runtime) => {
  const start = (how: string) => {
    const file = `${ROOT}tests/process/support/workspace_user.ts`;
    const { command, args } = commandFor(runtime, file);
    return startProgram(command, [...args, parent, how]);
  };

  it("is removed when the process exits", async () => {
    await using program = start("exit");
    await program.exit;
    expect(program.output).toContain("workspace ");
    expect(await readdir(rootOf())).toEqual([]);
  });

  it("is removed by the next start after a crash, and not while the process runs", async () => {
    await using program = start("wait");
    await program.saw("workspace ");
    const [crashing] = await readdir(rootOf());
    {
      await using _other = await workspace({ parent });
      expect(await readdir(rootOf())).toContain(crashing);
    }
    program.kill("SIGKILL");
    await program.exit;
    await using next = start("exit");
    await next.exit;
    expect(await readdir(rootOf())).not.toContain(crashing);
  });
});

describe("the folders of other machines", () => {
  it("are removed after a day without a sign of use", async () => {
    const old = join(rootOf(), "0123456789ab-1-old");
    const recent = join(rootOf(), "0123456789ab-1-recent");
    await mkdir(old, { recursive: true });
    await mkdir(recent);
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await using _folder = await workspace({ parent });
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });
});
