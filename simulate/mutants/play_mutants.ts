/** Puts each mutant into a copy of the sources, and plays seeds until it is found often enough. */

import { fork } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makePlan } from "../plan/make_plan.ts";
import { playSchedule } from "../run/schedule.ts";
import type { Edit, Mutant } from "./mutant.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What a copy needs. */
const COPIED = ["mod.ts", "src", "simulate", "package.json", "tsconfig.json"];
/** Finding a mutant this often is enough. */
const OFTEN = 5;

/** How soon a mutant was found. */
export interface MutantFound {
  readonly name: string;
  /** Seeds that showed something which they do not show without it. */
  readonly seeds: readonly number[];
  /** Seeds that were played. */
  readonly played: number;
  /** What they showed. */
  readonly kinds: readonly string[];
}

/** What is known of one seed. */
export interface SeedReport {
  readonly seed: number;
  readonly kinds: readonly string[];
}

/** Plays a mutant. Throws when its text does not stand in the file exactly once. */
export async function playMutant(
  mutant: Mutant,
  from: number,
  count: number,
): Promise<MutantFound> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-mutant-"));
  try {
    for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    for (const edit of [mutant, ...mutant.also ?? []]) await mutate(folder, mutant.name, edit);
    return await untilFound(mutant, folder, from, count);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mutate(folder: string, name: string, { file, find, replace }: Edit): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, "utf8");
  const times = text.split(find).length - 1;
  if (times !== 1) {
    throw new Error(
      `cannot apply mutant ${name}: its text must stand in ${file} once, found ${times} times; adapt it to the sources`,
    );
  }
  await writeFile(path, text.replace(find, () => replace));
}

function untilFound(
  mutant: Mutant,
  folder: string,
  from: number,
  count: number,
): Promise<MutantFound> {
  return new Promise((resolve, reject) => {
    const seeds: number[] = [];
    const kinds = new Set<string>();
    let played = 0;
    const worker = fork(join(folder, "simulate/mutants/worker.ts"), [
      JSON.stringify({ from, count }),
    ], { cwd: folder });
    worker.on("message", (message) => void judge(message as SeedReport).catch(reject));
    worker.on("error", reject);
    worker.on("exit", () => resolve({ name: mutant.name, seeds, played, kinds: [...kinds] }));

    const judge = async (report: SeedReport) => {
      const shown = report.kinds.filter((kind) => mutant.shows.includes(kind));
      const found = shown.length > 0 ? await newKinds(report.seed, shown) : [];
      if (seeds.length >= OFTEN) return;
      played = report.seed - from + 1;
      for (const kind of found) kinds.add(kind);
      if (found.length > 0) seeds.push(report.seed);
      if (seeds.length >= OFTEN) worker.kill();
      else worker.send("next");
    };
  });
}

let last: Promise<unknown> = Promise.resolve();

/** What a seed shows with the mutant, and does not show without it. Schedules of one process are played one after another. */
function newKinds(seed: number, kinds: readonly string[]): Promise<string[]> {
  const compared = last.then(async () => {
    const { violations } = await playSchedule(makePlan(seed));
    const before = new Set(violations.map(({ kind }) => kind));
    return kinds.filter((kind) => !before.has(kind));
  });
  last = compared;
  return compared;
}
