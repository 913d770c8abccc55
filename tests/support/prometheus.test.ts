import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { checksumLine, startReleasePage } from "./nats_binary/bare_machine.ts";
import { makeTarGz } from "./nats_binary/make_archive.ts";
import { findPrometheus } from "./prometheus.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-prometheus-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it("without Prometheus and without Debian's package, it comes from the release's archive", async () => {
  const empty = await emptyFolder();
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const name = `prometheus-3.5.0.${process.platform}-${arch}.tar.gz`;
  const archive = makeTarGz({ "folder/prometheus": "the server", "folder/promtool": "the tool" });
  await using page = await startReleasePage({
    "/v3.5.0/sha256sums.txt": checksumLine(name, archive),
    [`/v3.5.0/${name}`]: archive,
  });
  const cache = join(empty, "cache");
  const { prometheus, promtool } = await findPrometheus({ PATH: empty }, cache, page.url);
  expect(await readFile(prometheus, "utf8")).toBe("the server");
  expect(await readFile(promtool, "utf8")).toBe("the tool");
  await findPrometheus({ PATH: empty }, cache, page.url);
  expect(page.requests).toHaveLength(2);
});

it("an archive with another checksum is not used", async () => {
  const empty = await emptyFolder();
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const name = `prometheus-3.5.0.${process.platform}-${arch}.tar.gz`;
  await using page = await startReleasePage({
    "/v3.5.0/sha256sums.txt": `00  ${name}\n`,
    [`/v3.5.0/${name}`]: makeTarGz({ "folder/promtool": "another one" }),
  });
  const search = findPrometheus({ PATH: empty }, join(empty, "cache"), page.url);
  await expect(search).rejects.toThrow(`the SHA-256 of ${name} must be 00`);
  expect(await readdir(empty)).toEqual([]);
});

it("without Prometheus, Debian's package and the release, the search fails and says what to do", async () => {
  const empty = await emptyFolder();
  await using page = await startReleasePage({});
  const search = findPrometheus({ PATH: empty }, join(empty, "cache"), page.url);
  await expect(search).rejects.toThrow(
    "no Prometheus to test with (prometheus is not on the PATH; apt-get is not on the PATH; " +
      `cannot download ${page.url}/v3.5.0/sha256sums.txt): install it with its promtool, so that both are on the PATH`,
  );
  expect(await readdir(empty)).toEqual([]);
});
