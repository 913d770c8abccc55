/** The logger of a run, and its children. @module */

import type { EndOfLog } from "../../protocol/logs/end_of_log.ts";
import { isErrorLike } from "../../errors.ts";
import type { LogDetails, Logger, ManagedLogger, WritableOptions } from "../logger.ts";
import type { SecretMasker } from "../masking/masker.ts";
import { SHORTEST_SECRET } from "../masking/secret_forms.ts";
import type { LogPipeline } from "../pipeline/log_pipeline.ts";
import { type Labels, type LogLevel, type LogSink, noLabels, OWN_LABEL } from "../record.ts";
import type { SinkStats } from "../sink_stats.ts";
import { mergeLabels, textOf, withError } from "./labels.ts";
import { lineStream } from "./line_stream.ts";

const OWN_LABELS: Labels = /* @__PURE__ */ Object.freeze({ [OWN_LABEL]: "run" });

/** Writes lines into a {@linkcode LogPipeline}. */
export class RunLogger implements ManagedLogger {
  readonly #log: LogPipeline;
  readonly #masker: SecretMasker;
  readonly #labels: Labels;
  readonly #owned: readonly LogSink[];
  #closing: Promise<void> | undefined;

  constructor(
    log: LogPipeline,
    masker: SecretMasker,
    labels: Labels,
    owned: readonly LogSink[] = [],
  ) {
    this.#log = log;
    this.#masker = masker;
    this.#labels = labels;
    this.#owned = owned;
  }

  log(labels: Labels, message: string): void {
    this.#write("info", message, labels);
  }

  debug(message: string, details?: LogDetails): void {
    this.#write("debug", message, details);
  }

  info(message: string, details?: LogDetails): void {
    this.#write("info", message, details);
  }

  warn(message: string, details?: LogDetails): void {
    this.#write("warn", message, details);
  }

  error(message: string, details?: LogDetails): void {
    this.#write("error", message, details);
  }

  #write(level: LogLevel, message: unknown, details: LogDetails | undefined): void {
    const text = typeof message === "string" ? message : textOf(message);
    if (isErrorLike(details)) {
      this.#log.write(level, withError(text, details), this.#labels);
    } else this.#log.write(level, text, mergeLabels(this.#labels, details));
  }

  own(level: LogLevel, message: string, thrown?: unknown): void {
    const text = isErrorLike(thrown) ? withError(message, thrown) : message;
    this.#log.write(level, text, OWN_LABELS);
  }

  end(level: LogLevel, end: Omit<EndOfLog, "entries">): void {
    this.#log.write(level, end.message, OWN_LABELS, undefined, end);
  }

  child(labels: Labels): Logger {
    return new RunLogger(this.#log, this.#masker, mergeLabels(this.#labels, labels), this.#owned);
  }

  writable(options?: WritableOptions): WritableStream<Uint8Array | string> {
    return lineStream(this.#log, this.#masker, this.#labels, options);
  }

  mask(secret: string): void {
    if (this.#masker.add(secret) || typeof secret !== "string" || secret.trim() === "") return;
    this.#log.write(
      "warn",
      `cannot mask a secret of ${secret.length} characters: it would mask parts of unrelated words; ` +
        `use at least ${SHORTEST_SECRET}`,
      noLabels(),
    );
  }

  flush(): Promise<void> {
    return this.#log.flush();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    await this.#log.close();
    for (const sink of this.#owned) await sink[Symbol.asyncDispose]?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  stats(): SinkStats[] {
    return this.#log.stats();
  }
}
