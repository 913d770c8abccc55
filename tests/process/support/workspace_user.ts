/** Creates a workspace, then exits or waits to be killed. */

import { workspace } from "../../../src/process/mod.ts";

const [parent = "", how] = process.argv.slice(2);
const { path } = await workspace({ parent });
console.log(`workspace ${path}`);
if (how === "exit") process.exit(0);
setInterval(() => {}, 1000);
