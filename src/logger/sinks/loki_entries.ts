/** Converts records to entries of Loki. @module */

import { type LokiEntry, lokiRunLabels, lokiRunMetadata } from "../../protocol/logs/loki.ts";
import { wellFormed } from "../../encoding/well_formed.ts";
import type { Labels, LogRecord } from "../record.ts";
import { partTimestamp, unixNanoseconds } from "../timestamp.ts";
import { addMetadata, asStreamLabels, streamLabels } from "./loki_labels.ts";
import { markedParts, utf8Cost, utf8Length } from "./split_text.ts";

/** Runs whose labels are cached. */
const CACHED_RUNS = 1000;

/** Creates entries of Loki from records. */
export class LokiEntries {
  readonly #streamLabels: Labels;
  readonly #maxLineBytes: number;
  readonly #runIdLabel: boolean;
  readonly #runLabels = new Map<string, Labels>();
  /** Whether the labels of lines are sent as structured metadata. Otherwise they become labels of the stream. */
  structuredMetadata: boolean;

  constructor(
    options: {
      streamLabels?: Labels;
      maxLineBytes?: number;
      structuredMetadata?: boolean;
      runIdLabel?: boolean;
    },
  ) {
    const { streamLabels = {}, maxLineBytes = 256 * 1024, structuredMetadata = true } = options;
    this.structuredMetadata = structuredMetadata;
    this.#runIdLabel = options.runIdLabel ?? false;
    this.#maxLineBytes = maxLineBytes;
    this.#streamLabels = streamLabels;
  }

  /** Returns the entries of a record: one, or several when its line is too long. */
  of(record: LogRecord): LokiEntry[] {
    const { level, timestamp } = record;
    const message = wellFormed(record.message);
    const labels = this.#labelsOf(record);
    const own = { ...lokiRunMetadata(record, this.#runIdLabel), level };
    const metadata = addMetadata(own, record.labels, labels);
    const entry = (line: string, time: string): LokiEntry => ({
      labels,
      metadata,
      nanoseconds: unixNanoseconds(time),
      line,
    });
    const max = this.#maxLineBytes;
    if (message.length * 3 <= max || utf8Length(message) <= max) return [entry(message, timestamp)];
    return markedParts(message, max, utf8Cost)
      .map((part, index) => entry(part, partTimestamp(timestamp, index)));
  }

  /** Returns an entry as this Loki takes it: with its metadata, or with labels of the stream instead. */
  placed(entry: LokiEntry): LokiEntry {
    if (this.structuredMetadata) return entry;
    return { ...entry, labels: asStreamLabels(entry.labels, entry.metadata), metadata: {} };
  }

  /** One object for all lines of a run, so that the encoder puts them into one stream without comparing labels. */
  #labelsOf(record: LogRecord): Labels {
    const key = `${record.driver}\n${record.runId}`;
    const known = this.#runLabels.get(key);
    if (known) return known;
    const labels = streamLabels(this.#streamLabels, lokiRunLabels(record, this.#runIdLabel));
    if (this.#runLabels.size >= CACHED_RUNS) this.#runLabels.clear();
    this.#runLabels.set(key, labels);
    return labels;
  }
}
