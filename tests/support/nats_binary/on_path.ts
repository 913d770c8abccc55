import { commandsOnPath } from "./command.ts";
import type { BinarySource, Environment } from "./source.ts";
import { recentBinary } from "./version.ts";

/** The first nats-server on the PATH that is 2.10 or newer. */
export function onPath(env: Environment): BinarySource {
  return {
    name: "the PATH",
    async find() {
      const paths = await commandsOnPath("nats-server", env);
      if (paths.length === 0) throw new Error("it has no nats-server");
      const reasons: string[] = [];
      for (const path of paths) {
        try {
          return await recentBinary(path);
        } catch (error) {
          reasons.push(error instanceof Error ? error.message : String(error));
        }
      }
      throw new Error(reasons.join("; "));
    },
  };
}
