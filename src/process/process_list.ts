/** The processes of this machine. @module */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Whether it has ended, and its parent has not asked for its exit code. */
  readonly zombie: boolean;
  /** When it was started, in some unit: tells two processes of one id apart. */
  readonly started: string;
}

/** Lists the processes; `undefined` where they cannot be listed. POSIX only. */
export async function listProcesses(): Promise<readonly ProcessEntry[] | undefined> {
  return listProc() ?? await listPs();
}

/** Linux. Slim images of containers have no `ps`, and Deno needs all permissions for this folder. */
function listProc(): ProcessEntry[] | undefined {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap(readStat);
  } catch {
    return undefined; // There is no such folder, or it is not permitted: `ps` is asked instead.
  }
}

/**
 * Reads the state, parent, group and start time of a process.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function readStat(pid: string): ProcessEntry[] {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return []; // It has ended since the folder was read.
  }
  // The name, in parentheses, may hold any character.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent, group] = fields;
  return [{
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    zombie: state === "Z" || state === "X",
    started: fields[19] ?? "",
  }];
}

/** macOS, the BSDs, and Deno without all permissions. */
function listPs(): Promise<ProcessEntry[] | undefined> {
  return new Promise((resolve) => {
    const args = ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="];
    try {
      execFile("ps", args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
        resolve(error ? undefined : stdout.split("\n").flatMap(readPsLine));
      });
    } catch {
      resolve(undefined); // Deno throws when `ps` may not be run; the group alone is ended then.
    }
  });
}

function readPsLine(line: string): ProcessEntry[] {
  const [, pid, parent, group, state = "", started = ""] =
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*?)\s*$/.exec(line) ?? [];
  if (pid === undefined) return [];
  return [{
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    zombie: state.startsWith("Z"),
    started,
  }];
}
