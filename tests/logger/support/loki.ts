import { afterEach, beforeEach } from "vitest";
import { createLogger, type LoggerOptions } from "../../../src/logger/create_logger.ts";
import type { Logger } from "../../../src/logger/logger.ts";
import { lokiSink, type LokiSinkOptions } from "../../../src/logger/sinks/loki_sink.ts";
import {
  type LokiServer,
  type LokiServerOptions,
  startLokiServer,
} from "../../support/loki_server.ts";

/** The Loki of the current test. */
export let server: LokiServer;
const servers: LokiServer[] = [];

/** Starts another Loki, which replaces the first. */
export async function serve(options: LokiServerOptions = {}): Promise<void> {
  servers.push(server = await startLokiServer(options));
}

/** Starts a Loki for each test of the file, and stops it afterwards. */
export function useLoki(): void {
  beforeEach(() => serve());
  afterEach(async () => {
    for (const each of servers.splice(0)) await each[Symbol.asyncDispose]();
  });
}

/** Creates a logger whose only sink is Loki, and collects the messages of its failures. */
export function lokiLogger(
  options: Partial<LokiSinkOptions> = {},
  more: Partial<LoggerOptions> = {},
): { logger: Logger; errors: string[] } {
  const errors: string[] = [];
  const logger = createLogger({
    driver: "deploy",
    runId: "run-1",
    event: "create",
    messageId: "65f0",
    sinks: [lokiSink({ endpoint: server.url, ...options })],
    onSinkError: (error) => errors.push(error.message),
    ...more,
  });
  return { logger, errors };
}
