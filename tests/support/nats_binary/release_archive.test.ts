import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandFor, currentRuntime, ROOT, runProgram } from "../program.ts";
import {
  bareMachine,
  checksumLine,
  failureOf,
  fakeServer,
  namesInCache,
  startReleasePage,
} from "./bare_machine.ts";
import { makeTarGz, makeZip } from "./make_archive.ts";
import { archiveName, releaseArchive } from "./release_archive.ts";

const RELEASE = "v2.11.15";
const NAME = archiveName(RELEASE);
const [SUMS, ARCHIVE] = [`/${RELEASE}/SHA256SUMS`, `/${RELEASE}/${NAME}`];

const archive = makeTarGz({
  "nats-server/README.md": "not the server",
  "folder/nats-server": fakeServer("2.11.15"),
});
const files = { [SUMS]: `${checksumLine(NAME, archive)}00  other.zip\n`, [ARCHIVE]: archive };

describe("with Node alone", () => {
  it("the server comes from the release's archive, once", async () => {
    await using machine = await bareMachine();
    await using page = await startReleasePage(files);
    const path = join(machine.cache, RELEASE, "nats-server");
    const found = { path, version: "2.11.15" };
    expect(await machine.search(page.url))
      .toEqual({ ...found, source: "the release's archive" });
    expect(await machine.search(page.url)).toEqual({ ...found, source: "the cache" });
    expect(page.requests).toEqual([SUMS, ARCHIVE]);
    expect(await namesInCache(machine)).toEqual([RELEASE]);
  });

  it("an archive that is not the published one is refused, and nothing of it is kept", async () => {
    await using machine = await bareMachine();
    const published = checksumLine(NAME, new Uint8Array([1]));
    await using page = await startReleasePage({ ...files, [SUMS]: published });
    expect(await failureOf(machine.search(page.url))).toMatch(
      /archive: the SHA-256 of nats-server-v2\.11\.15-.* must be [0-9a-f]{64}, got [0-9a-f]{64}\n/,
    );
    expect(await namesInCache(machine)).toEqual([]);
  });

  it("an archive that is not there is reported with its address", async () => {
    await using machine = await bareMachine();
    await using page = await startReleasePage({ [SUMS]: files[SUMS] ?? "" });
    expect(await failureOf(machine.search(page.url)))
      .toContain(`archive: cannot download ${page.url}${ARCHIVE}: status 404\n`);
  });

  it("a platform without an archive is reported, and so is a page that is no list of checksums", async () => {
    await using machine = await bareMachine();
    await using page = await startReleasePage({ [SUMS]: "<html>Sign in to the proxy</html>" });
    expect(await failureOf(machine.search(page.url)))
      .toContain(`archive: SHA256SUMS does not list ${NAME}`);
    expect(page.requests).toEqual([SUMS]);
  });

  it("the archive for Windows is a zip", async () => {
    await using machine = await bareMachine();
    const name = "nats-server-v2.11.15-windows-amd64.zip";
    const zip = makeZip({ "folder/nats-server": fakeServer("2.11.15") });
    await using page = await startReleasePage({
      [SUMS]: checksumLine(name, zip),
      [`/${RELEASE}/${name}`]: zip,
    });
    const windows = { url: page.url, platform: "win32", arch: "x64" };
    const { path } = await releaseArchive(machine.cache, RELEASE, windows).find();
    expect(await readFile(path, "utf8")).toBe(fakeServer("2.11.15"));
  });

  it.each([
    ["linux", "x64", "linux-amd64.tar.gz"],
    ["linux", "arm64", "linux-arm64.tar.gz"],
    ["linux", "arm", "linux-arm7.tar.gz"],
    ["darwin", "arm64", "darwin-arm64.tar.gz"],
    ["win32", "x64", "windows-amd64.zip"],
  ])("the archive for %s on %s is …-%s", (platform, arch, ending) => {
    expect(archiveName(RELEASE, { platform, arch })).toBe(`nats-server-v2.11.15-${ending}`);
  });

  it("several processes may fetch it at once", async () => {
    const count = 3;
    await using machine = await bareMachine();
    let arrived = 0;
    let release = () => {};
    const all = new Promise<void>((resolve) => release = resolve);
    // No process gets the archive before each has asked for it: all of them fill the cache together.
    await using page = await startReleasePage(files, async (path) => {
      if (path === ARCHIVE && ++arrived === count) release();
      if (path === ARCHIVE) await all;
    });
    const { command, args } = commandFor(
      currentRuntime(),
      join(ROOT, "tests/support/nats_binary/search_program.ts"),
    );
    const options = { env: { PATH: machine.bin }, cache: machine.cache, releaseUrl: page.url };
    const ended = await Promise.all(
      Array.from(
        { length: count },
        () => runProgram(command, [...args, JSON.stringify(options)]),
      ),
    );
    const line = `nats-server 2.11.15 from the release's archive: ${
      join(machine.cache, RELEASE, "nats-server")
    }\n`;
    expect(ended).toEqual(Array(count).fill({ code: 0, output: line }));
    expect(await namesInCache(machine)).toEqual([RELEASE]);
  });
});
