/** What a program takes that does nothing: says so as `idle.mjs` does. */

import process from "node:process";

console.log(JSON.stringify({ cpu: 0, rss: process.memoryUsage().rss }));
