/** A record that is masked again when a secret becomes known while it waits. @module */

import type { SecretMasker } from "./masker.ts";
import type { LogRecord } from "../record.ts";

/** The members of {@linkcode MaskedRecord}. */
export interface MaskedRecord extends LogRecord {}

/** A masked record that remembers its masker. Copies of it are plain records. */
export class MaskedRecord {
  readonly #masker: SecretMasker;
  readonly #revision: number;

  /** Creates a record from one whose texts are masked. */
  constructor(masked: LogRecord, masker: SecretMasker) {
    Object.assign(this, masked);
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
