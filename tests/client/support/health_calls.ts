/** Asks servers for their health, each with the CA in a file or none, and writes what became of it. Arguments: `url`, `url=file`… */
import { createClient } from "../../../src/client/mod.ts";

for (const argument of process.argv.slice(2)) {
  const [url = "", caFile] = argument.split("=");
  const client = createClient({ url, credentials: caFile ? { caFile } : false, retry: false });
  const text = await client.health().then(({ status }) => status, ({ code }) => code);
  console.log(text);
}
