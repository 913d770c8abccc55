import { spawn } from "node:child_process";

/**
 * Has a process killed when this one ends, however it ends: a killed test run leaves nothing behind. Returns what to call when
 * the process has ended by itself.
 *
 * A pipe from here closes with this process. The shell at its other end has a group of its own, which signals from a terminal do
 * not reach.
 */
export function endWithParent(pid: number): () => void {
  const script = `read line; [ "$line" = ended ] || kill -9 ${pid}`;
  const watcher = spawn("/bin/sh", ["-c", script], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.on("error", () => {}); // Without a shell, only killed test runs leave servers behind.
  watcher.stdin.on("error", () => {});
  watcher.unref();
  return () => void watcher.stdin.end("ended\n");
}
