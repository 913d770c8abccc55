/** Connects to the server that the first argument names, and writes why the first attempt failed. */

import process from "node:process";
import { connectBroker } from "../../../src/transport/connect.ts";

const ending = new AbortController();
await connectBroker({
  servers: [process.argv[2]!],
  signal: ending.signal,
  onAttemptFailed({ error }) {
    console.log((error as { reason?: string }).reason, error.message);
    ending.abort();
  },
}).catch(() => {});
