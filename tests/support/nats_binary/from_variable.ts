import type { BinarySource, Environment } from "./source.ts";
import { recentBinary } from "./version.ts";

/** The server that `NATS_SERVER` names. */
export function fromVariable(env: Environment): BinarySource {
  const path = env["NATS_SERVER"] ?? "";
  return {
    name: "NATS_SERVER",
    required: path !== "",
    async find() {
      if (path === "") throw new Error("not set");
      return await recentBinary(path);
    },
  };
}
