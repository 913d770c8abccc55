import { readFile } from "node:fs/promises";

/** Whether a process runs. A zombie does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  if (stat !== undefined) return !/\) [ZX] /.test(stat);
  try {
    return process.platform !== "linux" && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Those of the processes that run. */
export async function running(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(pids.map(isRunning));
  return pids.filter((_, at) => states[at]);
}

/** The process ids in lines of the form `pid 123`. */
export function pidsIn(lines: readonly string[]): number[] {
  return lines.flatMap((line) => /^pid (\d+)$/.exec(line)?.[1] ?? []).map(Number);
}
