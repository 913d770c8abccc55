/** Makes what sinks get to see of a line. @module */

import { formatTimestamp } from "../timestamp.ts";
import { droppedRecord } from "./dropped_lines.ts";
import { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import type { Line } from "./line_queue.ts";
import type { SecretMasker } from "../masking/masker.ts";
import { type Labels, type LogRecord, noLabels } from "../record.ts";

/** What all records of a run have in common. */
export type RunOfRecord = Pick<
  LogRecord,
  "driver" | "runId" | "pipeline" | "event" | "messageId"
>;

/** Makes records from lines: with their time as text, their run, and without secrets. */
export class RecordBuilder {
  readonly #run: RunOfRecord;
  readonly #masker: SecretMasker;
  readonly #direct: SplitSecretDetector;
  #labels: Labels = noLabels();
  #maskedLabels: Labels = noLabels();
  #revision = -1;

  constructor(run: RunOfRecord, masker: SecretMasker) {
    this.#run = run;
    this.#masker = masker;
    this.#direct = new SplitSecretDetector(masker);
  }

  /** Makes the record of a line. Lines are to be given in order. */
  make(line: Line): LogRecord {
    const { driver, runId, pipeline, event, messageId } = this.#run;
    const pieces = (line.source ?? this.#direct).find(line.message);
    const record: LogRecord = {
      driver,
      runId,
      pipeline,
      event,
      messageId,
      level: line.level,
      timestamp: formatTimestamp(line.moment),
      message: this.#masker.mask(line.message, pieces),
      labels: this.#masked(line.labels),
    };
    return line.dropped === 0 ? record : droppedRecord(record, line.dropped);
  }

  /** Most lines share their logger's labels, so the last ones are remembered. */
  #masked(labels: Labels): Labels {
    if (labels !== this.#labels || this.#masker.revision !== this.#revision) {
      this.#labels = labels;
      this.#maskedLabels = this.#masker.maskValue(labels);
      this.#revision = this.#masker.revision;
    }
    return this.#maskedLabels;
  }
}
