/** The CPU time of another process. @module */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The fields behind the name of the program at which its user and its system time stand, in `/proc/<pid>/stat`. */
const [USER, SYSTEM] = [11, 12];

/** What a process has used since it was started, in microseconds; `NaN` where the system has no `/proc`. */
export function cpuOf(pid: number): number {
  if (process.platform !== "linux") return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[USER]) + Number(fields[SYSTEM])) * (1e6 / ticksPerSecond());
}

let ticks = 0;

function ticksPerSecond(): number {
  return ticks ||= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}
