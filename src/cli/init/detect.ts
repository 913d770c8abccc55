/** The runtime and the package manager that a project is created by. @module */

import process from "node:process";
import { host } from "../../runtime/detect.ts";
import type { PackageManager, ProjectRuntime } from "./project_options.ts";

/** What started this program: `npm/11.0.0 node/v24.0.0 …`, as all package managers say it. */
function userAgent(): string {
  return process.env["npm_config_user_agent"]?.split("/")[0] ?? "";
}

/** Returns the runtime at hand. `bunx` starts programs on Node, and means Bun. */
export function runtimeAtHand(): ProjectRuntime {
  const { name } = host();
  if (name === "deno" || name === "bun") return name;
  return userAgent() === "bun" ? "bun" : "node";
}

/** Returns the package manager at hand, for a runtime. */
export function packageManagerAtHand(runtime: ProjectRuntime): PackageManager {
  if (runtime !== "node") return runtime;
  const agent = userAgent();
  return agent === "pnpm" || agent === "yarn" ? agent : "npm";
}
