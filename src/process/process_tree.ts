/** The processes that a command has started, and their end. @module */

import { execFile } from "node:child_process";
import { delay } from "../async/delay.ts";
import { listProcesses, type ProcessEntry } from "./process_list.ts";
import { send } from "./send_signal.ts";

/** Time between two looks at processes that end, in milliseconds: those of others give no event. */
const POLL_MS = 50;
/** How long the system may take to end processes after SIGKILL, in milliseconds. */
const KILL_MS = 5000;

/** The processes of a command. */
export interface ProcessTree {
  /** Whether all ended within a time. */
  ended(withinMs: number): Promise<boolean>;
  /** Ends all: SIGTERM, and SIGKILL after a grace period. Returns whether they have ended. */
  end(graceMs: number): Promise<boolean>;
  /** Stops to kill what is left when this process exits. */
  release(): void;
}

/** Returns the tree of a command that was started in a process group of its own, where the system has such groups. */
export function processTree(root: number): ProcessTree {
  return process.platform === "win32" ? new WindowsTree(root) : new ProcessGroup(root);
}

/** Windows has no groups and no SIGTERM: `taskkill` ends the process and all that descend from it at once. */
class WindowsTree implements ProcessTree {
  readonly #root: number;

  constructor(root: number) {
    this.#root = root;
  }

  ended(): Promise<boolean> {
    return Promise.resolve(true);
  }

  end(): Promise<boolean> {
    return new Promise((resolve) => {
      execFile("taskkill", ["/pid", String(this.#root), "/t", "/f"], (error) => resolve(!error));
    });
  }

  release(): void {}
}

/**
 * The processes of a command: its process group, and descendants that have left the group. A descendant that has left it, and
 * whose parent had ended before the tree was looked at, is not found.
 */
class ProcessGroup implements ProcessTree {
  readonly #root: number;
  /** Descendants in other groups, by process id, with their start time. */
  readonly #escaped = new Map<number, string>();
  readonly #release: () => void;

  constructor(root: number) {
    this.#root = root;
    this.#release = killAtExit(root);
  }

  async ended(withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (;;) {
      if (!await this.#isAlive()) return true;
      if (performance.now() >= until) return false;
      await delay(POLL_MS);
    }
  }

  async end(graceMs: number): Promise<boolean> {
    await this.#signal("SIGTERM");
    if (await this.ended(graceMs)) return true;
    // More than once: a process may have been started between the look and the signal.
    for (const until = performance.now() + KILL_MS; performance.now() < until;) {
      await this.#signal("SIGKILL");
      if (await this.ended(POLL_MS)) return true;
    }
    return false;
  }

  release(): void {
    this.#release();
  }

  async #signal(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#look();
    send(-this.#root, signal);
    for (const pid of this.#escaped.keys()) send(pid, signal);
  }

  /** A zombie counts as ended: in a container whose first process reaps none, it stays for ever. */
  async #isAlive(): Promise<boolean> {
    if (!send(-this.#root, 0) && ![...this.#escaped.keys()].some((pid) => send(pid, 0))) {
      return false;
    }
    const list = await this.#look();
    return list === undefined ||
      list.some((each) => !each.zombie && (each.group === this.#root || this.#isEscaped(each)));
  }

  #isEscaped({ pid, started }: ProcessEntry): boolean {
    return this.#escaped.get(pid) === started;
  }

  /** Adds descendants that have left the group. */
  async #look(): Promise<readonly ProcessEntry[] | undefined> {
    const list = await listProcesses();
    if (!list) return undefined;
    const present = new Map(list.map((each) => [each.pid, each.started]));
    for (const [pid, started] of this.#escaped) {
      if (present.get(pid) !== started) this.#escaped.delete(pid);
    }
    const isMember = ({ pid, group }: ProcessEntry) =>
      pid === this.#root || group === this.#root || this.#escaped.has(pid);
    const members = new Set(list.filter(isMember).map(({ pid }) => pid));
    for (let size = 0; size < members.size;) {
      size = members.size;
      for (const each of list) {
        if (!members.has(each.parent) || members.has(each.pid)) continue;
        members.add(each.pid);
        this.#escaped.set(each.pid, each.started);
      }
    }
    return list;
  }
}

/** Groups to kill when this process exits. */
const groups = new Set<number>();
const killAll = () => groups.forEach((group) => send(-group, "SIGKILL"));

/** Has a group killed when this process exits, as after a second Ctrl-C: nothing else would end it. */
function killAtExit(group: number): () => void {
  if (groups.size === 0) process.on("exit", killAll);
  groups.add(group);
  return () => {
    if (groups.delete(group) && groups.size === 0) process.off("exit", killAll);
  };
}
