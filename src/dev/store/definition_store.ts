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

/** The definitions that there are, by name. */
export class DefinitionStore {
  readonly #definitions = new Map<string, WireDefinition>();

  /** How many there are. */
  get size(): number {
    return this.#definitions.size;
  }

  /** Gives a definition, or refuses with 500, as the server does. */
  get(name: string): WireDefinition {
    const definition = this.#definitions.get(name);
    if (definition) return definition;
    throw new HttpError(500, `Failed to find resource definition: definition ${name} not found`);
  }

  /** Adds a definition, or refuses with 500 when the name is taken. */
  insert(definition: WireDefinition): void {
    if (this.#definitions.has(definition.name)) {
      throw new HttpError(
        500,
        `Failed to insert resource definition: definition ${definition.name} already exists`,
      );
    }
    this.#definitions.set(definition.name, definition);
  }

  /** Whether there is a definition of that name. */
  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** Stores a definition under a name, whether there was one or not. */
  put(name: string, definition: WireDefinition): void {
    this.#definitions.set(name, definition);
  }

  /** Removes a definition, or refuses with 500 when there is none. */
  delete(name: string): void {
    this.get(name);
    this.#definitions.delete(name);
  }
}
