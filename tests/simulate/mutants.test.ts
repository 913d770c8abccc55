import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { MUTANTS } from "../../simulate/mutants/all.ts";

it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  "the mutant %s fits the sources",
  async (_, mutant) => {
    for (const { file, find, replace } of [mutant, ...mutant.also ?? []]) {
      const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
      expect(text.split(find), `${file}: ${find}`).toHaveLength(2);
      expect(replace).not.toBe(find);
    }
  },
);
