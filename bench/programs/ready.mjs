/** Says `ready` once its manager is, and stops it. The server's URL is its first argument. */

import { startManager } from "./start_manager.mjs";

const stop = await startManager();
console.log("ready");
await stop();
