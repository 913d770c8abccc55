import { store } from "./cache.ts";
import { commandOnPath, runCommand } from "./command.ts";
import type { BinarySource, Environment } from "./source.ts";

const MODULE = "github.com/nats-io/nats-server/v2";

/** A first build compiles all that the server imports: about a minute on two cores. */
const BUILD_TIMEOUT_MS = 900_000;

/** A release, built with Go into the cache. */
export function goInstall(cache: string, release: string, env: Environment): BinarySource {
  return {
    name: "Go",
    find: () =>
      store(cache, release, async (folder) => {
        const go = await commandOnPath("go", env);
        await runCommand(go, ["install", `${MODULE}@${release}`], {
          env: { ...env, GOBIN: folder, GOFLAGS: "-mod=mod" },
          timeoutMs: BUILD_TIMEOUT_MS,
        });
      }),
  };
}
