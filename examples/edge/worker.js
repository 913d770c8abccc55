// A worker at the edge: it starts a run on a Conveyor server and streams the run's log back to the caller.
//
//   curl -N -d '{"region":"eu"}' 'http://localhost:8787/?name=site-1'

import { createClient } from "@conveyor/driver";
import { runResource } from "@conveyor/driver/client";

export default {
  /** Answers a POST with the log of a new run, line by line, and a last line that says what it came to. */
  async fetch(request, env, context) {
    if (request.method !== "POST") {
      return new Response("POST a spec, as JSON, to start a run\n", { status: 405 });
    }
    const name = new URL(request.url).searchParams.get("name") ?? crypto.randomUUID();
    const resource = { name, resource: "workflow", pipeline: "ship", spec: await request.json() };

    const { readable, writable } = new TransformStream();
    context.waitUntil(stream(connect(env), resource, writable));
    return new Response(readable, { headers: { "content-type": "text/plain; charset=utf-8" } });
  },
};

/** The edge has no files and no environment of a process: everything comes from the worker's bindings. */
function connect(env) {
  const credentials = env.CONVEYOR_KEY && { cert: env.CONVEYOR_CERT, key: env.CONVEYOR_KEY };
  return createClient({ url: env.CONVEYOR_SERVER_URL, credentials: credentials || false });
}

async function stream(client, resource, writable) {
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const write = (line) => writer.write(encoder.encode(`${line}\n`));
  try {
    const { success, failedDriver } = await runResource(client, resource, {
      steps: ["build", "deploy"],
      onLog: ({ driver, message }) => write(`${driver} | ${message}`),
    });
    await write(success ? "the run has succeeded" : `the run has failed in ${failedDriver}`);
  } catch (error) {
    await write(`${error.name}: ${error.message}`);
  }
  await writer.close();
}
