import { createLogger, type Logger } from "../../../mod.ts";
import { type MemorySink, memorySink } from "../../../src/logger/mod.ts";

/** A run's logger whose lines are kept. */
export interface RunLog {
  readonly logger: Logger;
  readonly sink: MemorySink;
  /** The messages so far, in order; those of one stream when it is given. */
  lines(stream?: string): string[];
  /** Resolves when so many lines hold the text. */
  saw(text: string, count?: number): Promise<void>;
}

export function createRunLog(): RunLog {
  const sink = memorySink();
  const waiting = new Set<() => void>();
  const logger = createLogger({
    driver: "build",
    runId: "1",
    sinks: [sink, () => waiting.forEach((look) => look())],
  });
  const lines = (stream?: string) =>
    sink.records.filter(({ labels }) => stream === undefined || labels["stream"] === stream)
      .map(({ message }) => message);
  return {
    logger,
    sink,
    lines,
    saw: (text, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (lines().filter((line) => line.includes(text)).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
