/** Has a manager wait for the seconds of its second argument, and says what it has taken meanwhile. */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { startManager } from "./start_manager.mjs";

const stop = await startManager();
await sleep(1000);
const cpu = process.cpuUsage();
const seconds = Number(process.argv[3]);
await sleep(seconds * 1000);
const { user, system } = process.cpuUsage(cpu);
const { rss } = process.memoryUsage();
console.log(JSON.stringify({ cpu: (user + system) / 1000 / seconds, rss }));
await stop();
