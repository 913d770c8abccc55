/** Connects to the URLs of the command line in turn, each with one attempt, and writes what became of it. Arguments: `url`, `url=ca`… */
import { readFileSync } from "node:fs";
import { connectBroker } from "../../../src/transport/connect.ts";

for (const argument of process.argv.slice(2)) {
  const [url = "", caFile] = argument.split("=");
  const ending = new AbortController();
  try {
    await using connection = await connectBroker({
      servers: [url],
      ...(caFile && { tls: { ca: readFileSync(caFile, "utf8") } }),
      signal: ending.signal,
      onAttemptFailed: ({ error }) => ending.abort(error),
    });
    console.log(`connected to ${connection.server}`);
  } catch (error) {
    console.log(`failed: ${(error as Error).message}`);
  }
}
