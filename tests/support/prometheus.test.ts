import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findPrometheus } from "./prometheus.ts";

it("without Prometheus and without Debian's package, the search fails and says what to do", async () => {
  const empty = await mkdtemp(join(tmpdir(), "conveyor-prometheus-"));
  onTestFinished(() => rm(empty, { recursive: true }));
  await expect(findPrometheus({ PATH: empty }, join(empty, "cache"))).rejects.toThrow(
    "no Prometheus to test with (prometheus is not on the PATH; apt-get is not on the PATH): install it with its promtool, so " +
      "that both are on the PATH",
  );
  expect(await readdir(empty)).toEqual([]);
});
