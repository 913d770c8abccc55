import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dependencyProblems, lockedDependencyProblems } from "../../scripts/check/dependencies.mjs";
import { billOfMaterials } from "../../scripts/sbom.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");
const workflows = readdirSync(`${ROOT}.github/workflows`).map((name) =>
  `.github/workflows/${name}`
);

describe("the workflows", () => {
  it.each(workflows)("%s uses actions of a known commit", (path) => {
    const used = [...read(path).matchAll(/uses: (?!\.\/)(.+)/g)].map(([, action]) => action);
    expect(used.filter((action) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action!))).toEqual([]);
  });

  it("run no script of a dependency where they can publish", () => {
    const [, job = ""] = read(".github/workflows/release.yml").split("id-token: write");
    expect(job).toContain("npm ci --ignore-scripts");
    for (const [command] of job.matchAll(/npm (?:ci|publish|pack\b).*/g)) {
      expect(command).toContain("--ignore-scripts");
    }
  });
});

describe("a dependency", () => {
  const locked = { version: "1.0.0", license: "MIT" };

  it("of the lock has a licence, and no install script that is not known", async () => {
    expect(await lockedDependencyProblems()).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["without a licence", { version: "1.0.0" }, /node_modules\/a 1\.0\.0 names no licence/],
    ["with an install script", { ...locked, hasInstallScript: true }, /a 1\.0\.0 has an install/],
    [
      "for development with an unknown one",
      { ...locked, hasInstallScript: true, dev: true },
      /look at it/,
    ],
  ])("%s is a problem", (_, entry, problem) => {
    const packages = { "": { version: "1" }, "node_modules/a": entry as typeof locked };
    expect(dependencyProblems({ packages }, { b: true })).toEqual([expect.stringMatching(problem)]);
  });

  it("whose install script is known is none", () => {
    const tool = { ...locked, hasInstallScript: true, dev: true };
    const packages = { "node_modules/x/node_modules/b": tool };
    expect(dependencyProblems({ packages }, { b: true })).toEqual([]);
  });
});

it("the bill of materials names what the package needs and what its files contain", async () => {
  const bill = await billOfMaterials(new TextEncoder().encode("tarball"));
  const contained = (wanted: string) =>
    bill.components.filter(({ properties: [property] }) => property?.value === wanted)
      .map(({ name }) => name);
  expect(contained("true")).toEqual(["@cfworker/json-schema", "hono", "jose", "yaml"]);
  expect(contained("false")).toEqual(
    expect.arrayContaining(["@nats-io/nats-core", "@nats-io/nkeys", "@nats-io/nuid"]),
  );
  for (const { licenses, hashes } of bill.components) {
    expect(licenses[0]?.license.id).toMatch(/^[\w.-]+$/);
    expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
  expect(bill.metadata.component).toMatchObject({
    name: "@conveyor/driver",
    hashes: [{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    externalReferences: [{ url: JSON.parse(read("package.json")).repository.url }],
  });
});
