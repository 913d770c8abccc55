/** Resources and their versions. @module */

import { resultKey } from "../../protocol/result.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import { HttpError } from "./http_error.ts";

/** A resource with the wire's field names, in the wire's order. */
export interface WireResource {
  id: string;
  name: string;
  pipeline?: string;
  resource: string;
  metadata: Record<string, string>;
  spec: unknown;
}

/** A resource as clients and drivers see it: in v1 without what that generation does not know. */
export type SeenResource = Omit<WireResource, "metadata"> & Partial<WireResource>;

/** Shows a resource as a generation of the server does: v1 knows neither pipelines nor metadata. */
export function seenBy(protocol: ProtocolVersion, resource: WireResource): SeenResource {
  if (protocol === "v2") return resource;
  const { id, name, resource: type, spec } = resource;
  return { id, name, resource: type, spec };
}

/** The resources that there are. A version, once stored, stays readable whatever becomes of the resource. */
export class ResourceStore {
  readonly #current = new Map<string, WireResource>();
  readonly #versions = new Map<string, WireResource>();

  /** How many there are, older versions not counted. */
  get size(): number {
    return this.#current.size;
  }

  /** Gives a resource; `undefined` when there is none. */
  find(type: string, name: string): WireResource | undefined {
    return this.#current.get(keyOf(type, name));
  }

  /** Gives a resource, or refuses with 500, as the server does. */
  get(type: string, name: string): WireResource {
    const resource = this.find(type, name);
    if (resource) return resource;
    throw new HttpError(500, `Failed to find resource: ${name} of type ${type} not found`);
  }

  /** Gives one version of a resource, or refuses with 500. */
  getVersion(type: string, name: string, version: string): WireResource {
    const resource = this.#versions.get(keyOf(type, name, version));
    if (resource) return resource;
    throw new HttpError(
      500,
      `Failed to find resource: version ${version} of ${name} of type ${type} not found`,
    );
  }

  /** Adds version 1 of a resource, or refuses with 500 when the name is taken. */
  insert(resource: WireResource): void {
    const { name, resource: type } = resource;
    if (this.find(type, name)) {
      throw new HttpError(500, `Failed to insert resource: ${name} of type ${type} already exists`);
    }
    this.#current.set(keyOf(type, name), resource);
    this.#versions.set(keyOf(type, name, "1"), resource);
  }

  /** Stores the next version of a resource and gives it, or refuses with 500 when there is none. */
  update(type: string, name: string, changed: WireResource): WireResource {
    const current = this.get(type, name);
    const version = String(Number(current.metadata["version"] ?? "0") + 1);
    const resource = { ...changed, id: current.id, metadata: { ...changed.metadata, version } };
    this.#current.set(keyOf(type, name), resource);
    this.#versions.set(keyOf(type, name, version), resource);
    return resource;
  }

  /** Keeps a driver's result with a resource without making a version of it, and gives the resource. */
  saveResult(type: string, name: string, driver: string, result: string): WireResource {
    const current = this.get(type, name);
    const metadata = { ...current.metadata, [resultKey(driver)]: result };
    const resource = { ...current, metadata };
    this.#current.set(keyOf(type, name), resource);
    return resource;
  }

  /** Removes a resource, if there is one. */
  delete(type: string, name: string): void {
    this.#current.delete(keyOf(type, name));
  }
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
