/** Something that must never happen. */

/** Something that must never happen. */
export interface Violation {
  readonly kind: string;
  readonly at: number;
  readonly detail: string;
}

/** Takes what must never happen. */
export interface Violations {
  /** Something happened that must not. */
  violate(kind: string, detail: string): void;
}
