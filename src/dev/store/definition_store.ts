/** Resource definitions by name. @module */

import { HttpError } from "./http_error.ts";

/** A resource definition with the wire's field names. */
export interface WireDefinition {
  id: string;
  name: string;
  description: string;
  version: string;
  schema: unknown;
}

/** Stores resource definitions by name. */
export class DefinitionStore {
  readonly #definitions = new Map<string, WireDefinition>();

  /** The number of definitions. */
  get size(): number {
    return this.#definitions.size;
  }

  /** Returns a definition. @throws {HttpError} 500, as the server does, when there is none. */
  get(name: string): WireDefinition {
    const definition = this.#definitions.get(name);
    if (definition) return definition;
    throw new HttpError(500, `Failed to find resource definition: definition ${name} not found`);
  }

  /** Adds a definition. @throws {HttpError} 500 when the name exists. */
  insert(definition: WireDefinition): void {
    if (this.#definitions.has(definition.name)) {
      throw new HttpError(
        500,
        `Failed to insert resource definition: definition ${definition.name} already exists`,
      );
    }
    this.#definitions.set(definition.name, definition);
  }

  /** Returns whether there is a definition of that name. */
  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** Adds or replaces a definition. */
  put(name: string, definition: WireDefinition): void {
    this.#definitions.set(name, definition);
  }

  /** Removes a definition. @throws {HttpError} 500 when there is none. */
  delete(name: string): void {
    this.get(name);
    this.#definitions.delete(name);
  }
}
