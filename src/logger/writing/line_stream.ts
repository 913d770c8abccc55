/** A stream that logs each line of its input. @module */

import type { WritableOptions } from "../logger.ts";
import type { SecretMasker } from "../masking/masker.ts";
import { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import type { LogPipeline } from "../pipeline/log_pipeline.ts";
import type { Labels } from "../record.ts";
import { mergeLabels } from "./labels.ts";
import { LineSplitter } from "./line_splitter.ts";

/** Creates a stream of bytes or text that logs each line. It waits while the sinks are backpressured. */
export function lineStream(
  log: LogPipeline,
  masker: SecretMasker,
  base: Labels,
  options: WritableOptions = {},
): WritableStream<Uint8Array | string> {
  const { level = "info", labels, maxLineLength = 1024 * 1024, progressIntervalMs = 5000 } =
    options;
  const all = mergeLabels(base, labels);
  const detector = new SplitSecretDetector(masker);
  const decoder = new TextDecoder();
  const splitter = new LineSplitter({
    masker,
    maxLineLength,
    progressIntervalMs,
    now: () => performance.now(),
  });

  async function write(lines: string[], from = 0): Promise<void> {
    for (let index = from; index < lines.length; index++) {
      if (log.backpressured) await log.drained();
      log.write(level, lines[index]!, all, detector);
    }
  }

  function end(): Promise<void> {
    return write([...splitter.push(decoder.decode()), ...splitter.end()]);
  }

  return new WritableStream<Uint8Array | string>({
    write: (chunk) => write(splitter.push(toText(chunk, decoder))),
    close: end,
    abort: end,
  });
}

/** Bytes may end inside a character; a text after them ends it. */
function toText(chunk: Uint8Array | string, decoder: TextDecoder): string {
  return typeof chunk === "string"
    ? decoder.decode() + chunk
    : decoder.decode(chunk, { stream: true });
}
