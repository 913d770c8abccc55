/** An index of a memory stream by subject. @module */

/** Finds the last stored message of a subject. */
export class SubjectIndex {
  readonly #sequences = new Map<string, number[]>();
  readonly #isStored: (sequence: number) => boolean;

  /** Creates an index; `isStored` says whether the stream still stores a sequence. */
  constructor(isStored: (sequence: number) => boolean) {
    this.#isStored = isStored;
  }

  /** Adds a message. */
  add(subject: string, sequence: number): void {
    const list = this.#sequences.get(subject);
    if (list) list.push(sequence);
    else this.#sequences.set(subject, [sequence]);
  }

  /** Removes all. */
  clear(): void {
    this.#sequences.clear();
  }

  /** Returns the sequence of the last message stored on `subject`; 0 when there is none. */
  last(subject: string): number {
    const list = this.#sequences.get(subject);
    if (!list) return 0;
    while (list.length > 0 && !this.#isStored(list.at(-1)!)) list.pop();
    if (list.length > 0) return list.at(-1)!;
    this.#sequences.delete(subject);
    return 0;
  }

  /** Drops removed messages of a subject, so that the index does not outgrow the stream. */
  prune(subject: string): void {
    const list = this.#sequences.get(subject);
    if (!list || list.length > 32 && this.#isStored(list[list.length >> 1]!)) return;
    const left = list.filter(this.#isStored);
    if (left.length > 0) this.#sequences.set(subject, left);
    else this.#sequences.delete(subject);
  }
}
