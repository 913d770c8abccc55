/** A worker that logs to each sink that needs no socket, and responds with the results. */

import { createLogger } from "@conveyor/driver";
import { captureConsole, consoleSink, lokiSink, memorySink } from "@conveyor/driver/logging";

export default {
  async fetch(): Promise<Response> {
    const pushes: unknown[] = [];
    const memory = memorySink();
    const loki = lokiSink({
      endpoint: "https://loki.test",
      async fetch(_input, init) {
        const body = new Response(init?.body).body!.pipeThrough(new DecompressionStream("gzip"));
        pushes.push(await new Response(body).json());
        return new Response(null, { status: 204 });
      },
    });
    const logger = createLogger({
      driver: "edge",
      runId: "run-1",
      sinks: [memory, loki, consoleSink({ format: "json" })],
      secrets: ["hunter22"],
    });
    logger.info("the password is hunter22", { region: "eu" });
    const writer = logger.writable().getWriter();
    await writer.write(new TextEncoder().encode("from a str"));
    await writer.write("eam\nlast");
    await writer.close();
    const result = await captureConsole(logger, () => Promise.resolve("done"));
    await logger.close();
    const times = memory.records.map(({ timestamp }) => timestamp);
    return Response.json({
      result,
      messages: memory.messages,
      times,
      pushes,
      stats: logger.stats(),
    });
  },
};
