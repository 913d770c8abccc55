/** A stream that writes a line of the log for each line it gets. @module */

import { LineSplitter } from "./line_splitter.ts";
import type { WritableOptions } from "../logger.ts";
import type { SecretMasker } from "../masking/masker.ts";
import { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import type { Labels } from "../record.ts";
import type { LogPipeline } from "../pipeline/log_pipeline.ts";

/** Makes a stream of bytes or text into a log. It waits when the sinks do not keep up. */
export function lineStream(
  log: LogPipeline,
  masker: SecretMasker,
  base: Labels,
  options: WritableOptions = {},
): WritableStream<Uint8Array | string> {
  const { level = "info", labels = {}, maxLineLength = 1024 * 1024, progressIntervalMs = 5000 } =
    options;
  const all = Object.keys(labels).length > 0 ? { ...base, ...labels } : base;
  const source = new SplitSecretDetector(masker);
  const decoder = new TextDecoder();
  const splitter = new LineSplitter({ masker, maxLineLength, progressIntervalMs, now: Date.now });

  async function write(lines: string[], from = 0): Promise<void> {
    for (let index = from; index < lines.length; index++) {
      if (log.backpressured) await log.drained();
      log.write(level, lines[index]!, all, source);
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

/** Bytes may end in the middle of a character; text that comes between ends it. */
function toText(chunk: Uint8Array | string, decoder: TextDecoder): string {
  return typeof chunk === "string"
    ? decoder.decode() + chunk
    : decoder.decode(chunk, { stream: true });
}
