/** Which messages of a memory stream are on which subject. @module */

/** Finds the last message that a stream still holds on a subject. */
export class SubjectIndex {
  readonly #sequences = new Map<string, number[]>();
  readonly #held: (sequence: number) => boolean;

  /** Makes an index over a stream that tells which sequences it still holds. */
  constructor(held: (sequence: number) => boolean) {
    this.#held = held;
  }

  /** Notes a new message. */
  add(subject: string, sequence: number): void {
    const list = this.#sequences.get(subject);
    if (list) list.push(sequence);
    else this.#sequences.set(subject, [sequence]);
  }

  /** Gives the sequence of the last message held on `subject`; 0 when there is none. */
  last(subject: string): number {
    const list = this.#sequences.get(subject);
    if (!list) return 0;
    while (list.length > 0 && !this.#held(list.at(-1)!)) list.pop();
    if (list.length > 0) return list.at(-1)!;
    this.#sequences.delete(subject);
    return 0;
  }

  /** Forgets what is gone from a subject, so that the index does not outgrow the stream. */
  tidy(subject: string): void {
    const list = this.#sequences.get(subject);
    if (!list || list.length > 32 && this.#held(list[list.length >> 1]!)) return;
    const left = list.filter(this.#held);
    if (left.length > 0) this.#sequences.set(subject, left);
    else this.#sequences.delete(subject);
  }
}
