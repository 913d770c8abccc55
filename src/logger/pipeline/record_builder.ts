/** Creates the records of lines: what sinks receive. @module */

import type { SecretMasker } from "../masking/masker.ts";
import { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import { type Labels, type LogRecord, noLabels } from "../record.ts";
import { formatTimestamp } from "../timestamp.ts";
import { droppedRecord } from "../dropped_record.ts";
import type { Line } from "./line_queue.ts";
import { MaskedRecord } from "../masking/masked_record.ts";

/** What all records of a run have in common. */
export type RunOfRecord = Pick<
  LogRecord,
  "driver" | "runId" | "pipeline" | "event" | "messageId" | "trace"
>;

/** Creates records from lines: adds the run, formats the time and masks secrets. */
export class RecordBuilder {
  readonly #run: RunOfRecord;
  readonly #masker: SecretMasker;
  readonly #detector: SplitSecretDetector;
  #labels: Labels = noLabels();
  #maskedLabels: Labels = noLabels();
  #revision = -1;

  constructor(run: RunOfRecord, masker: SecretMasker) {
    this.#run = run;
    this.#masker = masker;
    this.#detector = new SplitSecretDetector(masker);
  }

  /** Creates the record of a line. Lines are passed in order. */
  build(line: Line): LogRecord {
    const { driver, runId, pipeline, event, messageId, trace } = this.#run;
    const parts = (line.detector ?? this.#detector).find(line.message);
    const record: LogRecord = {
      driver,
      runId,
      pipeline,
      event,
      messageId,
      level: line.level,
      timestamp: formatTimestamp(line.moment),
      message: this.#masker.mask(line.message, parts),
      labels: this.#masked(line.labels),
    };
    if (line.dropped > 0) return droppedRecord(record, line.dropped);
    return new MaskedRecord(trace ? { ...record, trace } : record, this.#masker);
  }

  /** Caches the last labels, because most lines share those of their logger. */
  #masked(labels: Labels): Labels {
    if (labels !== this.#labels || this.#masker.revision !== this.#revision) {
      this.#labels = labels;
      // There is nothing to walk through for where no secret is known.
      this.#maskedLabels = this.#masker.longest === 0 ? labels : this.#masker.maskValue(labels);
      this.#revision = this.#masker.revision;
    }
    return this.#maskedLabels;
  }
}
