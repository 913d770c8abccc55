import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readCounts, sum } from "../../scripts/lib/junit.mjs";

/** As vitest, Node, Deno and Bun write it, in turn. */
const REPORT = `<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="3" failures="1" errors="0" time="1.5">
  <testsuite name="tests/a.test.ts" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="tests/a.test.ts" name="a &gt; passes" time="0.001">
    </testcase>
    <testcase classname="tests/a.test.ts" name="a &gt; fails" time="0.001">
      <failure message="expected 1 to be 2" type="AssertionError">at &lt;testcase&gt;</failure>
    </testcase>
    <testcase classname="tests/a.test.ts" name="a &gt; is skipped" time="0"><skipped/></testcase>
  </testsuite>
  <testcase name="passes on Node" time="0.002" classname="test"/>
  <testcase name="fails on Node" time="0.002" classname="test" failure="no">
    <failure type="testCodeFailure" message="no">[Error [ERR_TEST_FAILURE]: no]</failure>
  </testcase>
  <testcase name="passes on Deno" classname="./a.test.ts" time="0.001" line="5" col="6" />
  <testcase name="breaks on Bun" classname="a" time="0.001" file="a.test.ts" assertions="0">
    <error message="it broke" />
  </testcase>
</testsuites>`;

it("counts what passed, what failed and what was skipped in the report of every runner", async () => {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-counts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "report.xml");
  await writeFile(path, REPORT);
  const counts = await readCounts(path);
  expect(counts).toEqual({ passed: 3, failed: 3, skipped: 1 });
  expect(sum([counts, counts])).toEqual({ passed: 6, failed: 6, skipped: 2 });
});

it("counts nothing in a report that was never written", async () => {
  const absent = join(tmpdir(), "conveyor-there-is-no-such-report.xml");
  expect(await readCounts(absent)).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
