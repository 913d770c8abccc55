/** The last bytes of an output. @module */

/** Keeps the last bytes that it is given, up to a limit. */
export class OutputTail {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether bytes were dropped. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Adds bytes, which are not copied. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // Drops in large steps, so that a flood of small chunks moves no array for each of them.
    if (this.#size > 2 * this.#limit + 65_536) this.#trim();
  }

  /** Returns the kept bytes as text, from the first whole character. */
  text(): string {
    this.#trim();
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return new TextDecoder().decode(this.#truncated ? fromCharacter(bytes) : bytes);
  }

  #trim(): void {
    let excess = this.#size - this.#limit;
    if (excess <= 0) return;
    this.#truncated = true;
    this.#size = this.#limit;
    let whole = 0;
    while (whole < this.#chunks.length && this.#chunks[whole]!.length <= excess) {
      excess -= this.#chunks[whole++]!.length;
    }
    this.#chunks = this.#chunks.slice(whole);
    if (excess > 0) this.#chunks[0] = this.#chunks[0]!.slice(excess);
  }
}

/** Leaves out the rest of a UTF-8 character that was cut. */
function fromCharacter(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
}
