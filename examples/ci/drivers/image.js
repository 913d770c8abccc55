import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import process from "node:process";
import { createDriver } from "@conveyor/driver";
import { run } from "@conveyor/driver/process";
import { clone } from "./clone.js";

/** @typedef {{ image: { name: string, dockerfile?: string } }} ImageSpec */

/**
 * Builds the image of a checkout with the program that IMAGE_BUILDER names, such as docker or podman. Without one it is a dry
 * run: it checks the Dockerfile, computes the digest of the context and logs the command.
 */
export const image = createDriver({
  name: "image",
  resources: ["build"],
  after: [clone],
  timeoutMs: 60 * 60_000,
  async reconcile({ event, resource, results, logger, signal }) {
    if (event === "delete") return;
    const { path, commit } = results.clone.data;
    const { image: { name, dockerfile = "Dockerfile" } } = /** @type {ImageSpec} */ (resource.spec);
    const text = await readFile(join(path, dockerfile), "utf8").catch(() => undefined);
    const base = /^FROM\s+(\S+)/im.exec(text ?? "")?.[1];
    if (base === undefined) {
      return { success: false, message: `${dockerfile} is not there, or has no FROM` };
    }
    const { digest, files } = await contextOf(path, signal);
    const tag = `${name}:${commit.slice(0, 12)}`;
    const args = ["build", "--file", join(path, dockerfile), "--tag", tag, path];
    const builder = process.env["IMAGE_BUILDER"];
    if (builder) await run(builder, args, { logger, signal, check: true });
    else logger.info(`dry run: docker ${args.join(" ")}`, { base, files });
    return { success: true, message: tag, data: { tag, base, digest, dry: !builder } };
  },
});

/** The digest of the files that a builder would get: the same for the same content. @param {string} root @param {AbortSignal} signal */
async function contextOf(root, signal) {
  const hash = createHash("sha256");
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(root, ".git", sep)))
    .sort();
  for (const file of names) {
    hash.update(file.slice(root.length)).update(await readFile(file, { signal }));
  }
  return { digest: `sha256:${hash.digest("hex")}`, files: names.length };
}
