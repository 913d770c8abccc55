/**
 * The types of the Standard Schema specification, version 1, as far as this package needs them. The specification is made to be
 * copied, so that no library depends on it.
 *
 * @see https://standardschema.dev
 * @module
 */

/** A schema of any validation library that follows the specification: zod 3.24 or newer, valibot 1, arktype 2, … */
export interface StandardSchema<Output = unknown> {
  /** What the specification asks of a library. */
  readonly "~standard": StandardSchemaProps<Output>;
}

/** What a schema can do. */
export interface StandardSchemaProps<Output = unknown> {
  /** The version of the specification. */
  readonly version: 1;
  /** The name of the library. */
  readonly vendor: string;
  /** Checks a value, and returns it as it should be. */
  readonly validate: (
    value: unknown,
  ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  /** The types of the schema: nothing has them when a program runs. */
  readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
}

/** What the check of a value returns: the value, or what is wrong with it. */
export type StandardSchemaResult<Output = unknown> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** Something that is wrong with a value. */
export interface StandardSchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where: the keys that lead there from the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
