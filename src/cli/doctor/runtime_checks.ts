/** Checks of the runtime and of this package. @module */

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { host } from "../../runtime/detect.ts";
import { VERSION } from "../../version.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** The oldest runtimes that this package is tested on. */
const LEAST = { node: 20, deno: 2, bun: 1 };

/** Checks the versions of the runtime, and of this package in the project of the current folder. */
export function checkRuntime(): Finding[] {
  const { name } = host();
  const version = versionOf(name);
  const major = Number(version.split(".")[0]);
  const least = LEAST[name as keyof typeof LEAST] ?? 0;
  const runtime = `${name} ${version}`;
  return [
    major >= least
      ? ok("runtime", runtime)
      : warning("runtime", runtime, `use ${name} ${least} or newer`),
    checkPackage(),
  ];
}

function versionOf(name: string): string {
  const { Deno, Bun } = globalThis as {
    Deno?: { version: { deno: string } };
    Bun?: { version: string };
  };
  if (name === "deno") return Deno?.version.deno ?? "";
  return name === "bun" ? Bun?.version ?? "" : process.versions.node;
}

function checkPackage(): Finding {
  const own = `@conveyor/driver ${VERSION}`;
  const installed = installedVersion();
  return installed === undefined || installed === VERSION ? ok("package", own) : warning(
    "package",
    `${own} is this program; the project has ${installed}`,
    "start the program of the project, for example by npx in its folder, or install the same release",
  );
}

/** The version that the drivers of the current folder import; `undefined` when they import none from there. */
function installedVersion(): string | undefined {
  try {
    return createRequire(join(process.cwd(), "driver.js"))("@conveyor/driver/package.json").version;
  } catch {
    return undefined;
  }
}
