/** Reads regular expressions of the kind that Go has: none that a text can make slow. @module */

/** A regular expression as a tree. */
export type PatternNode =
  /** One character. */
  | { readonly kind: "character"; readonly test: RegExp }
  /** A place: between two characters. */
  | { readonly kind: "place"; readonly test: (before: string, after: string) => boolean }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly items: readonly PatternNode[] }
  | {
    readonly kind: "repeat";
    readonly item: PatternNode;
    readonly min: number;
    readonly max: number;
  };

type Place = Extract<PatternNode, { kind: "place" }>["test"];

const MOST_REPEATS = 1000;
const isWord = (character: string) => /^\w$/.test(character);
const PLACES: Record<string, Place> = {
  "^": (before) => before === "",
  "\\A": (before) => before === "",
  $: (_, after) => after === "",
  "\\z": (_, after) => after === "",
  "\\b": (before, after) => isWord(before) !== isWord(after),
  "\\B": (before, after) => isWord(before) === isWord(after),
};
const CLASSES: Record<string, string> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  punct: "!-/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

/**
 * Reads a regular expression.
 *
 * @throws {SyntaxError} when it is none, or has what needs backtracking: back references and looking around.
 */
export function readPattern(source: string): PatternNode {
  const reader = new PatternReader(source);
  const node = reader.choice();
  if (!reader.done) throw new SyntaxError(`unexpected ) in ${source}`);
  return node;
}

class PatternReader {
  readonly #source: string;
  #at = 0;
  #flags = "u";
  #lines = false;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#at >= this.#source.length;
  }

  choice(): PatternNode {
    const [flags, lines] = [this.#flags, this.#lines];
    const items = [this.#sequence()];
    while (this.#take(/\|/y)) items.push(this.#sequence());
    [this.#flags, this.#lines] = [flags, lines];
    return items.length === 1 ? items[0]! : { kind: "choice", items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (!this.done && !/[|)]/.test(this.#source[this.#at]!)) items.push(this.#repeated());
    return { kind: "sequence", items };
  }

  #repeated(): PatternNode {
    let item = this.#atom();
    for (let count = 0;; count++) {
      const quantifier = this.#take(/(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y);
      if (!quantifier) return item;
      if (count > 0) throw new SyntaxError(`invalid nested repetition ${quantifier[0]}`);
      const [, sign, least, comma, most] = quantifier;
      const min = sign ? Number(sign === "+") : Number(least);
      const max = sign ? (sign === "?" ? 1 : Infinity) : comma ? Number(most || Infinity) : min;
      if (min > MOST_REPEATS || max > MOST_REPEATS && max !== Infinity || max < min) {
        throw new SyntaxError(`invalid repeat count ${quantifier[0]}`);
      }
      item = { kind: "repeat", item, min, max };
    }
  }

  #atom(): PatternNode {
    if (this.#take(/\(/y)) return this.#group();
    const place = this.#take(/\^|\$|\\[AzbB]/y)?.[0];
    if (place) return this.#place(place);
    if (this.#take(/\./y)) return this.#character(this.#flags.includes("s") ? "[^]" : "[^\\n]");
    if (this.#source[this.#at] === "[") return this.#character(this.#bracket());
    const escape = this.#take(/\\(x\{[\da-f]+\}|x[\da-f]{2}|[pP](?:\{\^?\w+\}|\w)|.)/iyu);
    if (escape) return this.#character(`[${escaped(escape[1]!)}]`);
    const [character] = this.#take(/[^*+?\\]/yu) ?? [];
    if (character === undefined) throw new SyntaxError(`nothing to repeat in ${this.#source}`);
    return this.#character(literal(character));
  }

  #group(): PatternNode {
    const flags = this.#take(/\?([ims]*)(?:-([ims]+))?([:)])/y);
    const [before, lines] = [this.#flags, this.#lines];
    if (flags) {
      const [, on = "", off = "", end] = flags;
      const set = new Set([...this.#flags.replace(/m/, ""), ...on.replace("m", "")]);
      for (const flag of off) set.delete(flag);
      this.#flags = [...set].join("");
      this.#lines = (this.#lines || on.includes("m")) && !off.includes("m");
      if (end === ")") return { kind: "sequence", items: [] };
    } else if (!this.#take(/\?P?<[\w]+>/y) && this.#take(/\?/y)) {
      throw new SyntaxError(`invalid or unsupported group in ${this.#source}`);
    }
    const node = this.choice();
    if (!this.#take(/\)/y)) throw new SyntaxError(`missing ) in ${this.#source}`);
    [this.#flags, this.#lines] = [before, lines];
    return node;
  }

  /** Each character is tested by a regular expression of its own, which cannot be slow. */
  #bracket(): string {
    const [, negated] = this.#take(/\[(\^?)/y)!;
    let members = this.#take(/\]/y) ? "\\]" : "";
    while (!this.#take(/\]/y)) {
      if (this.done) throw new SyntaxError(`missing ] in ${this.#source}`);
      const named = this.#take(/\[:(\w+):\]/y);
      const escape = this.#take(/\\(x\{[\da-f]+\}|x[\da-f]{2}|[pP](?:\{\^?\w+\}|\w)|.)/iyu);
      if (named) members += CLASSES[named[1]!] ?? `[:${named[1]}`;
      else if (escape) members += escaped(escape[1]!);
      else if (this.#take(/-/y)) members += "-";
      else members += literal(this.#take(/[^]/yu)![0]);
    }
    return `[${negated}${members.replace(/^-|-$/g, "\\-")}]`;
  }

  #place(source: string): PatternNode {
    const test = PLACES[source]!;
    if (!this.#lines || source.startsWith("\\")) return { kind: "place", test };
    const inLines: Place = source === "^"
      ? (before) => before === "" || before === "\n"
      : (_, after) => after === "" || after === "\n";
    return { kind: "place", test: inLines };
  }

  #character(source: string): PatternNode {
    return { kind: "character", test: new RegExp(`^${source}$`, this.#flags.replace("s", "")) };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (!found) return undefined;
    this.#at += found[0].length;
    return found;
  }
}

/** What comes after a backslash, in the syntax of this language's expressions. */
function escaped(text: string): string {
  const digits = /^x\{?([\da-f]+)/i.exec(text)?.[1];
  if (digits) return `\\u{${digits}}`;
  if (/^[pP]./.test(text)) {
    const [, kind, name] = /^(.)\{?(\^?\w+)/.exec(text)!;
    const negated = kind === "P" !== name!.startsWith("^");
    const bare = name!.replace("^", "");
    const property = /^[A-Z][a-z]?$/.test(bare) ? bare : `Script=${bare}`;
    return `\\${negated ? "P" : "p"}{${property}}`;
  }
  if (/[dDsSwWnrtfv]/.test(text)) return text === "s" ? "\\t\\n\\f\\r " : `\\${text}`;
  if (text === "a") return "\\u{7}";
  if (/[\w]/.test(text)) throw new SyntaxError(`invalid escape sequence \\${text}`);
  return literal(text);
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
