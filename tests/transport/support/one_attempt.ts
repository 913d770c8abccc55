/** Connects to the URLs of the command line in turn, each with one attempt, and writes what became of it. */
import { connectBroker } from "../../../src/transport/connect.ts";

for (const url of process.argv.slice(2)) {
  const ending = new AbortController();
  try {
    await using connection = await connectBroker({
      servers: [url],
      signal: ending.signal,
      onAttemptFailed: ({ error }) => ending.abort(error),
    });
    console.log(`connected to ${connection.server}`);
  } catch (error) {
    console.log(`failed: ${(error as Error).message}`);
  }
}
