/** Hides secrets in texts and values. @module */

import type { LongForm } from "./fragments.ts";
import { maskDeep } from "./mask_value.ts";
import { longForms, secretForms, SHORTEST_SECRET } from "./secret_forms.ts";
import { joined, MultiPatternSearch, type Span } from "./multi_pattern_search.ts";

/** What stands where a secret stood. */
export const MASK = "***";

/** Knows secrets, and shows `***` wherever one of them stands. */
export interface Masker {
  /**
   * From now on hides this secret: as it is, each of its lines, and its forms in JSON, URLs and base64. Gives `false`,
   * and hides nothing, when it is shorter than four characters: those would stand in every other line.
   */
  add(secret: string): boolean;
  /** Forgets a secret, for example a token that has expired. */
  delete(secret: string): void;
  /** The text with `***` for each secret in it, and for each of the stretches in `also`. */
  mask(text: string, also?: readonly Span[]): string;
  /**
   * The value with its texts masked at any depth, keys and numbers too. What holds no secret is given back as it is,
   * the very same object; nothing is changed in place.
   */
  maskValue<T>(value: T): T;
  /** Where secrets stand in a text, in order, none touching another. */
  spans(text: string): Span[];
  /** Characters of the longest text that it hides; 0 when it knows no secret. */
  readonly longest: number;
  /** The texts that a tool may have cut into several lines. */
  readonly longForms: readonly LongForm[];
  /** Changes whenever a secret is added or deleted, here or in the parent. */
  readonly revision: number;
}

/** What a masker knows from the start. */
export interface MaskerOptions {
  /** Secrets to hide. */
  secrets?: Iterable<string>;
  /** A masker whose secrets this one hides as well, also those that it learns later. */
  parent?: Masker;
}

/**
 * Makes a masker, from secrets or from options.
 *
 * @example
 * ```ts
 * import { createMasker } from "@conveyor/driver";
 *
 * const masker = createMasker(["hunter2-hunter2"]);
 * masker.mask("the password is hunter2-hunter2"); // "the password is ***"
 * ```
 */
export function createMasker(secrets: Iterable<string> | MaskerOptions = {}): Masker {
  const options = isOptions(secrets) ? secrets : { secrets };
  const masker = new FormMasker(options.parent);
  const given = options.secrets ?? [];
  for (const secret of typeof given === "string" ? [given] : given) masker.add(secret);
  return masker;
}

function isOptions(value: Iterable<string> | MaskerOptions): value is MaskerOptions {
  return typeof value === "object" && !(Symbol.iterator in value);
}

class FormMasker implements Masker {
  readonly #parent: Masker | undefined;
  readonly #forms = new Map<string, { texts: string[]; long: LongForm[] }>();
  #search: MultiPatternSearch | undefined;
  #long: readonly LongForm[] = [];
  #longRevision = 0;
  #revision = 0;

  constructor(parent: Masker | undefined) {
    this.#parent = parent;
  }

  get revision(): number {
    return this.#revision + (this.#parent?.revision ?? 0);
  }

  get longest(): number {
    return Math.max(this.#compiled()?.longest ?? 0, this.#parent?.longest ?? 0);
  }

  get longForms(): readonly LongForm[] {
    if (this.#longRevision !== this.revision) {
      const own = [...this.#forms.values()].flatMap(({ long }) => long);
      this.#long = [...this.#parent?.longForms ?? [], ...own];
      this.#longRevision = this.revision;
    }
    return this.#long;
  }

  add(secret: string): boolean {
    // A variable of the environment that is not set is a usual thing to hand over from plain JavaScript.
    if (typeof secret !== "string" || secret.trim().length < SHORTEST_SECRET) return false;
    if (this.#forms.has(secret)) return true;
    this.#forms.set(secret, { texts: secretForms(secret), long: longForms(secret) });
    this.#changed();
    return true;
  }

  delete(secret: string): void {
    if (this.#forms.delete(secret)) this.#changed();
  }

  #changed(): void {
    this.#search = undefined;
    this.#revision++;
  }

  #compiled(): MultiPatternSearch | undefined {
    if (this.#forms.size === 0) return undefined;
    return this.#search ??= new MultiPatternSearch(
      [...this.#forms.values()].flatMap(({ texts }) => texts),
    );
  }

  spans(text: string): Span[] {
    const found = this.#parent?.spans(text) ?? [];
    this.#compiled()?.find(text, found);
    return joined(found);
  }

  mask(text: string, also: readonly Span[] = []): string {
    let masked = text;
    let spans = also.length > 0 ? joined([...this.spans(text), ...also]) : this.spans(text);
    // What stands around a mask could make a secret together with it, so it looks again until it finds none. Every
    // secret is longer than the mask, so that comes to an end.
    while (spans.length > 0) {
      masked = covered(masked, spans);
      spans = this.spans(masked);
    }
    return masked;
  }

  maskValue<T>(value: T): T {
    return maskDeep(value, (text) => this.mask(text)) as T;
  }
}

function covered(text: string, spans: readonly Span[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of spans) {
    result += text.slice(from, start) + MASK;
    from = end;
  }
  return result + text.slice(from);
}
