/** Writes lines to standard output and ends at once, in the way that the first argument names. */

import process from "node:process";
import { host } from "../../../src/runtime/detect.ts";

const how = process.argv[2];
if (how === "crash") host().onCrash(() => void host().writeOut("the last line\n"));
for (let line = 0; line < 2000; line++) void host().writeOut(`line ${line}\n`);
if (how === "exit") process.exit(0);
if (how === "end") await host().outWritten();
else setTimeout(() => Promise.reject(new Error("nobody catches it")));
