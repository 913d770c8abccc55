/** Masks secrets in texts and values. @module */

import { invalidOption, requireKnown } from "../../validate.ts";
import { findEscaped } from "./decoded_text.ts";
import { maskDeep } from "./mask_value.ts";
import { MultiPatternSearch } from "./multi_pattern_search.ts";
import { longForms, secretForms, SHORTEST_SECRET } from "./secret_forms.ts";
import { joinSpans, replaceSpans, type Span } from "./span.ts";
import type { LongForm } from "./split_secret_detector.ts";

/** What replaces a secret. */
export const MASK = "***";

/** Characters that one character of a secret may take: three bytes in a URL, or `\\u00e4` in JSON in JSON. */
const LONGEST_ESCAPE = 12;

/** How often a text is searched again after secrets in it were masked. */
const MOST_ROUNDS = 8;

/** Replaces secrets with `***`. Created by {@linkcode createMasker}. */
export interface Masker {
  /**
   * Masks this secret from now on: as it is, each of its lines, and its forms in JSON (of any writer), URLs and base64. Returns `false`,
   * and masks nothing, when it is shorter than four characters: those are part of many unrelated words.
   */
  add(secret: string): boolean;
  /** Forgets a secret, for example a token that has expired. */
  delete(secret: string): void;
  /** Returns the text with `***` for each secret in it. */
  mask(text: string): string;
  /**
   * Returns the value with its texts masked at any depth, keys and numbers too. A part that holds no secret is returned
   * as it is, the very same object; nothing is changed in place.
   */
  maskValue<T>(value: T): T;
}

/** Options of {@linkcode createMasker}. */
export interface MaskerOptions {
  /** Secrets to mask. */
  secrets?: Iterable<string>;
  /** A masker created by `createMasker` whose secrets this one masks as well, also those added later. */
  parent?: Masker;
}

/** What the logger needs of a masker: where the secrets are, so that no line is split inside one. */
export interface SecretMasker extends Masker {
  /** Returns the text with `***` for each secret in it, and for each of the stretches in `also`. */
  mask(text: string, also?: readonly Span[]): string;
  /** Finds the secrets in a text, escaped or not. The stretches are in order and do not touch. */
  spans(text: string): Span[];
  /** Adds the stretches of the secrets in a text that has no escapes. */
  find(text: string, found: Span[]): void;
  /** Characters of the longest text that it masks, escapes included; 0 when it has no secret. */
  readonly longest: number;
  /** The texts that a tool may have wrapped into several lines. */
  readonly longForms: readonly LongForm[];
  /** Changes whenever a secret is added or deleted, here or in the parent. */
  readonly revision: number;
}

/**
 * Creates a masker, from secrets or from options.
 *
 * @throws {ConfigError} when `parent` was not created by this function, or an option is unknown.
 * @example
 * ```ts
 * import { createMasker } from "@conveyor/driver/logging";
 *
 * const masker = createMasker(["hunter2-hunter2"]);
 * masker.mask("the password is hunter2-hunter2"); // "the password is ***"
 * ```
 */
export function createMasker(secrets: Iterable<string> | MaskerOptions = {}): Masker {
  const options = isOptions(secrets) ? secrets : { secrets };
  requireKnown(options, ["secrets", "parent"]);
  const masker = new FormMasker(options.parent && toSecretMasker("parent", options.parent));
  const given = options.secrets ?? [];
  for (const secret of typeof given === "string" ? [given] : given) masker.add(secret);
  return masker;
}

function isOptions(value: Iterable<string> | MaskerOptions): value is MaskerOptions {
  return typeof value === "object" && !(Symbol.iterator in value);
}

/**
 * Returns the same masker with what the logger needs of it. It is recognised by its members, not by its class, because a
 * program may hold two copies of this package.
 *
 * @throws {ConfigError} that names `field` when the masker was not created by {@linkcode createMasker}.
 */
export function toSecretMasker(field: string, masker: Masker): SecretMasker {
  if (typeof masker === "object" && masker !== null && "find" in masker) {
    return masker as SecretMasker;
  }
  throw invalidOption(field, "a masker created by createMasker", masker);
}

class FormMasker implements SecretMasker {
  readonly #parent: SecretMasker | undefined;
  readonly #forms = new Map<string, { texts: string[]; long: LongForm[] }>();
  #search: MultiPatternSearch | undefined;
  #long: readonly LongForm[] = [];
  #longRevision = 0;
  #revision = 0;

  constructor(parent: SecretMasker | undefined) {
    this.#parent = parent;
  }

  get revision(): number {
    return this.#revision + (this.#parent?.revision ?? 0);
  }

  get longest(): number {
    const own = (this.#compiled()?.longest ?? 0) * LONGEST_ESCAPE;
    return Math.max(own, this.#parent?.longest ?? 0);
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
    // Plain JavaScript often passes an environment variable that is not set.
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

  find(text: string, found: Span[]): void {
    this.#parent?.find(text, found);
    this.#compiled()?.find(text, found);
  }

  spans(text: string): Span[] {
    if (this.longest === 0) return [];
    const found = findEscaped(text, (each, spans) => this.find(each, spans));
    return joinSpans(found.filter(({ start, end }) => end - start >= SHORTEST_SECRET));
  }

  mask(text: string, also: readonly Span[] = []): string {
    let masked = text;
    let spans = also.length > 0 ? joinSpans([...this.spans(text), ...also]) : this.spans(text);
    // The text around a mask may form a secret together with it, so the search repeats until it finds none. Of a text that
    // goes on doing so, nothing is kept.
    for (let round = 0; spans.length > 0; round++) {
      if (round === MOST_ROUNDS) return MASK;
      masked = replaceSpans(masked, spans, MASK);
      spans = this.spans(masked);
    }
    return masked;
  }

  maskValue<T>(value: T): T {
    return maskDeep(value, (text) => this.mask(text)) as T;
  }
}
