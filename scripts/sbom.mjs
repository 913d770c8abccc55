/** `npm run sbom [tarball]`: prints a bill of materials of the npm package, in CycloneDX's JSON. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./lib/command.mjs";
import { bundledPackages, closureOf, readLock } from "./lib/components.mjs";

/** @param {string} name @param {string} version */
const purl = (name, version) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

/** @param {string | undefined} integrity */
function hashes(integrity) {
  const [, content] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
  return content
    ? { hashes: [{ alg: "SHA-512", content: Buffer.from(content, "base64").toString("hex") }] }
    : {};
}

/**
 * Creates the bill: the package's dependencies, and the packages that its files contain.
 *
 * @param {Uint8Array} [tarball] The package as npm publishes it.
 */
export async function billOfMaterials(tarball) {
  const { name, version, license, dependencies, repository } = JSON.parse(
    await readFile(join(ROOT, "package.json"), "utf8"),
  );
  const lock = await readLock();
  const bundled = closureOf(lock, await bundledPackages());
  const depended = closureOf(lock, Object.keys(dependencies));
  const contained = new Set(bundled.map(([each]) => each));
  const all = new Map([...depended, ...bundled]);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        type: "library",
        "bom-ref": purl(name, version),
        name,
        version,
        purl: purl(name, version),
        licenses: [{ license: { id: license } }],
        externalReferences: [{ type: "vcs", url: repository.url }],
        ...tarball &&
          hashes(`sha512-${createHash("sha512").update(tarball).digest("base64")}`),
      },
    },
    components: [...all].map(([each, locked]) => ({
      type: "library",
      "bom-ref": purl(each, locked.version),
      name: each,
      version: locked.version,
      scope: "required",
      purl: purl(each, locked.version),
      licenses: [{ license: { id: locked.license } }],
      ...hashes(locked.integrity),
      properties: [{ name: "conveyor:contained", value: String(contained.has(each)) }],
    })),
    dependencies: [
      { ref: purl(name, version), dependsOn: [...all].map(([each, l]) => purl(each, l.version)) },
      ...[...all].map(([each, locked]) => ({
        ref: purl(each, locked.version),
        dependsOn: Object.keys(locked.dependencies ?? {}).flatMap((needed) => {
          const found = all.get(needed);
          return found ? [purl(needed, found.version)] : [];
        }),
      })),
    ],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , tarball] = process.argv;
  const bill = await billOfMaterials(tarball ? await readFile(tarball) : undefined);
  console.log(JSON.stringify(bill, null, 2));
}
