/** A record that is masked again when a secret becomes known while it waits. @module */

import type { SecretMasker } from "./masker.ts";
import type { LogRecord } from "../record.ts";

/** A masked record that remembers its masker. Copies of it are plain records. */
export class MaskedRecord implements LogRecord {
  readonly driver: string;
  readonly runId: string;
  readonly pipeline: string;
  readonly event: string;
  readonly messageId: string;
  readonly level: LogRecord["level"];
  readonly timestamp: string;
  readonly message: string;
  readonly labels: LogRecord["labels"];
  declare readonly end?: NonNullable<LogRecord["end"]>;
  declare readonly trace?: NonNullable<LogRecord["trace"]>;
  readonly #masker: SecretMasker;
  readonly #revision: number;

  /** Creates a record from one whose texts are masked. */
  constructor(masked: LogRecord, masker: SecretMasker) {
    this.driver = masked.driver; // Member by member: Object.assign takes several times as long.
    this.runId = masked.runId;
    this.pipeline = masked.pipeline;
    this.event = masked.event;
    this.messageId = masked.messageId;
    this.level = masked.level;
    this.timestamp = masked.timestamp;
    this.message = masked.message;
    this.labels = masked.labels;
    if (masked.end) this.end = masked.end;
    if (masked.trace) this.trace = masked.trace;
    this.#masker = masker;
    this.#revision = masker.revision;
  }

  /** Returns the masker of a record when it has changed since; else `undefined`. */
  static changedMasker(record: LogRecord): SecretMasker | undefined {
    if (!(#masker in record)) return undefined;
    return record.#masker.revision === record.#revision ? undefined : record.#masker;
  }

  /** Returns the record as it may leave now: masked again when its masker has changed since. */
  static current(record: LogRecord): LogRecord {
    const masker = MaskedRecord.changedMasker(record);
    if (!masker) return record;
    const message = masker.mask(record.message);
    return new MaskedRecord(
      { ...record, message, labels: masker.maskValue(record.labels) },
      masker,
    );
  }
}
