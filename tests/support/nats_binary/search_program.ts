/** A process that searches for a nats-server with the options in its argument, and prints what it found. */

import { describeBinary, searchNatsServer, type SearchOptions } from "../nats_binary.ts";

const options: SearchOptions = JSON.parse(process.argv[2] ?? "{}");
console.log(describeBinary(await searchNatsServer(options)));
