/** Whole logs from a server whose log store and log streams are as bad as the real one's. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { binaryOf } from "../../tests/support/program.ts";
import {
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";

const RUNS = 100;
const LINES = 2000;
/** The store of a real server was measured to lag by up to 18 s. */
const FAULTS = { logLagMs: 5000, dropLiveLines: true, wrongRun: true };

/** 100 runs, eight at once, two steps of 2,000 lines each: each log is handed over whole and in order. */
export const logs: Scenario = { name: "logs", run };

async function run(
  { stage, runtime, runs = RUNS, short, say }: ScenarioContext,
): Promise<Figure[]> {
  const wanted = short ? Math.min(runs, 16) : runs;
  const lines = short ? 500 : LINES;
  const config = { runs: wanted, lines, faults: FAULTS };
  const args = runtime === "deno" ? ["run", "-A", "--node-modules-dir=manual"] : [];
  const child = spawn(binaryOf(runtime), [...args, "whole_logs.mjs"], {
    cwd: stage.folder,
    env: { ...process.env, NO_COLOR: "1", CHAOS_LOGS: JSON.stringify(config) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (code !== 0) say(`it ended with ${code}: ${complaints}`);
  const { whole, inOrder, complete, wronglyComplete, cutOff, ms } = JSON.parse(output || "{}");
  return [
    exactly("runs whose log was whole", wanted, whole ?? 0),
    exactly("runs whose log was in order", wanted, inOrder ?? 0),
    exactly("runs whose log is said to be complete", wanted, complete ?? 0),
    exactly("runs that say so and lack lines", 0, wronglyComplete ?? wanted),
    told("creates that got no answer", cutOff ?? ""),
    told("lines", wanted * lines * 2),
    told("seconds", ms === undefined ? "" : (ms / 1000).toFixed(1)),
  ];
}
