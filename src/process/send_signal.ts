/** Signals to processes. @module */

/**
 * Sends a signal to a process, or to a group when the id is negative; 0 asks whether it exists. Returns whether it exists. Not
 * `child.kill`: after that, Deno reports the signal as the end, whatever the exit code was.
 */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ESRCH") return false;
    if (code === "EPERM") return true; // It runs as another user, as after `sudo`.
    throw error;
  }
}
