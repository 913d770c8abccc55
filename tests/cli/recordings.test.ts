import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ROOT } from "../support/program.ts";
import { cli, createFolder, startDev } from "./support.ts";

const document = readFileSync(`${ROOT}docs/cli.md`, "utf8");

/** A block of the document. */
function block(mark: string): string {
  const text = document.split(`\`\`\`${mark}\n`)[1]?.split("\n```")[0];
  if (text === undefined) throw new Error(`docs/cli.md has no block ${mark}`);
  return text;
}

/** A recording without what differs from one time to the next. Drivers that are bound at the same time have no order. */
function masked(recording: string): string[] {
  return recording.trim().split("\n").map((line) =>
    line
      .replace(/^\d\d:\d\d:\d\d/, "TIME")
      .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "RUN")
      .replace(/(?<=(?:build|deploy) +)[\da-f]{8} /, "RUN ")
      .replaceAll(/\d+(?:\.\d+)? s\b/g, "N s")
      .replace(/ {2,}(?=N s)/, " ")
      .replace(/ --url http:\S+/, "")
      .replace(/127\.0\.0\.1:\d+/, "127.0.0.1:PORT")
      .replace(/ on \S+ runs /, " on RUNTIME runs ")
      .replace(/(?: as| on) (?:[^\s/]+\/)?[\da-f]{4}$/, " as INSTANCE")
      .replace(/\d+\.\d+\.\d+(?=,| on )/, "VERSION")
  ).sort();
}

it("the recordings in docs/cli.md are what the commands show", async () => {
  await using folder = await createFolder();
  const file = await folder.write("driver.js", block("js"));
  await using dev = await startDev([file], { cwd: folder.path });
  const { program, env } = dev;
  const trigger = await cli(["trigger", "web", "--follow"], { env });
  expect(masked(trigger.output)).toEqual(masked(block("text trigger")));
  await program.saw("web:1 is deployed");
  await folder.write("driver.js", `${block("js")}\n`);
  await program.saw("reloaded");
  program.kill("SIGTERM");
  expect(await program.exit).toBe(0);
  expect(masked(program.output)).toEqual(masked(block("text dev")));
}, 90_000);
