/** `get`: shows one object of the server. @module */

import type { Client } from "../../client/mod.ts";
import { API_OPTIONS, connectApi } from "../api/connect.ts";
import type { Values } from "../arguments.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { UsageError } from "../usage_error.ts";

const KINDS = ["resource", "definition", "pipeline", "server"];

/** `conveyor-driver get`. */
export const get: Command = {
  name: "get",
  arguments: "resource TYPE NAME | definition NAME | pipeline NAME | server",
  completes: KINDS,
  summary: "Show a resource, a resource type, a pipeline, or what the server is",
  options: {
    version: { type: "string", value: "N", help: "This version of the resource [the latest]" },
    output: { type: "string", short: "o", choices: ["yaml", "json"], help: "The form [yaml]" },
    ...API_OPTIONS,
  },
  examples: [
    ["resource workflow web", "a resource, with the results of its last run"],
    ["resource workflow web --json", "the same for a script"],
    ["definition workflow", "a resource type and its schema"],
    ["server", "health and capabilities"],
  ],
  async run({ positionals, values, terminal }) {
    const read = reader(positionals, values);
    const found = await read(await connectApi(values));
    if (terminal.json) terminal.line(JSON.stringify(found));
    else if (values.text("output") === "json") terminal.line(JSON.stringify(found, null, 2));
    else {
      const { stringify } = await import("yaml");
      terminal.write(stringify(found));
    }
    return EXIT.ok;
  },
};

/** What to call, once the arguments are known to be right. */
function reader(
  [kind, ...names]: readonly string[],
  values: Values,
): (client: Client) => Promise<unknown> {
  const [first, second] = names;
  const usage = () => new UsageError(`the arguments are ${get.arguments}`);
  const isShort = (count: number) => names.length !== count;
  switch (kind) {
    case "resource":
      if (isShort(2)) throw usage();
      return (client) => client.getResource(second!, first!, { version: values.text("version") });
    case "definition":
      if (isShort(1)) throw usage();
      return (client) => client.getResourceDefinition(first!);
    case "pipeline":
      if (isShort(1)) throw usage();
      return (client) => client.getPipeline(first!);
    case "server":
      if (isShort(0)) throw usage();
      return async (client) => ({
        url: client.getApiUrl(),
        health: await client.health(),
        capabilities: await client.capabilities(),
      });
    default:
      throw usage();
  }
}
