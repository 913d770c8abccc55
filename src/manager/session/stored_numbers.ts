/** Numbers of results and dead letters, and which of them are known to be stored. @module */

import { decodeObject } from "../../encoding/json.ts";

/** What one process says of its numbers. */
export interface NumbersRecord {
  /** Nothing is known of this number, nor of those before it. */
  readonly after: number;
  /** All numbers up to this one are stored, except some. */
  readonly upTo: number;
  /** Numbers up to `upTo` that are not known to be stored. */
  readonly except: readonly number[];
}

/** Whether a record says that a number is stored. */
export function saysStored(
  { after, upTo, except }: NumbersRecord,
  number: number | undefined,
): boolean {
  return number !== undefined && number > after && number <= upTo && !except.includes(number);
}

/** Decodes a record; `undefined` when it is none. */
export function decodeNumbers(bytes: Uint8Array): NumbersRecord | undefined {
  const { after, upTo, except } = decodeObject(bytes);
  return typeof after === "number" && typeof upTo === "number" && Array.isArray(except)
    ? { after, upTo, except }
    : undefined;
}

/** The numbers that this process has given to what it stores. Each thing keeps its number until it is stored. */
export class StoredNumbers {
  readonly #most: number;
  /** Numbers of what is not known to be stored, by name, the smallest first. */
  readonly #open = new Map<string, number>();
  #after = 0;
  #last = 0;

  /** Remembers at most `most` things that are not stored; of older numbers it says nothing any more. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The number of a thing that is to be stored. */
  numberOf(name: string): number {
    const given = this.#open.get(name);
    if (given !== undefined) return given;
    this.#open.set(name, ++this.#last);
    if (this.#open.size > this.#most) {
      const [oldest, number] = this.#open.entries().next().value!;
      this.#open.delete(oldest);
      this.#after = number;
    }
    return this.#last;
  }

  /** Whether a thing has a number and is not known to be stored. */
  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  /** The thing is stored. Returns whether that changes what the record says. */
  stored(name: string): boolean {
    return this.#open.delete(name);
  }

  /** What is known at the moment. */
  get record(): NumbersRecord {
    return { after: this.#after, upTo: this.#last, except: [...this.#open.values()] };
  }
}
