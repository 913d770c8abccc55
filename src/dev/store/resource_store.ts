/** Resources and their versions. @module */

import type { JsonObject } from "../../encoding/json.ts";
import type { Generation } from "../generation.ts";
import { HttpError } from "./http_error.ts";

/** A resource with the wire's field names, in the wire's order. */
export interface WireResource {
  id: string;
  name: string;
  pipeline?: string;
  resource: string;
  metadata: JsonObject;
  spec: unknown;
}

/** A resource as clients and drivers see it: in v1 without the fields that it does not have. */
export type SeenResource = Omit<WireResource, "metadata"> & Partial<WireResource>;

/** Returns a resource as a generation shows it: v1 has neither pipelines nor metadata. */
export function seenBy(generation: Generation, resource: WireResource): SeenResource {
  if (generation !== "v1") return resource;
  const { id, name, resource: type, spec } = resource;
  return { id, name, resource: type, spec };
}

/** Stores resources and all their versions. A version stays readable after the resource is deleted. */
export class ResourceStore {
  readonly #current = new Map<string, WireResource>();
  readonly #versions = new Map<string, WireResource>();

  /** The number of resources. Older versions do not count. */
  get size(): number {
    return this.#current.size;
  }

  /** Returns a resource; `undefined` when there is none. */
  find(type: string, name: string): WireResource | undefined {
    return this.#current.get(keyOf(type, name));
  }

  /** Returns a resource. @throws {HttpError} 500, as the server does, when there is none. */
  get(type: string, name: string): WireResource {
    const resource = this.find(type, name);
    if (resource) return resource;
    throw new HttpError(500, `Failed to find resource: ${name} of type ${type} not found`);
  }

  /** Returns one version of a resource. @throws {HttpError} 500 when there is none. */
  getVersion(type: string, name: string, version: string): WireResource {
    const resource = this.#versions.get(keyOf(type, name, version));
    if (resource) return resource;
    throw new HttpError(
      500,
      `Failed to find resource: version ${version} of ${name} of type ${type} not found`,
    );
  }

  /** Adds version 1 of a resource. @throws {HttpError} 500 when the name exists. */
  insert(resource: WireResource): void {
    const { name, resource: type } = resource;
    if (this.find(type, name)) {
      throw new HttpError(500, `Failed to insert resource: ${name} of type ${type} already exists`);
    }
    this.#current.set(keyOf(type, name), resource);
    this.#versions.set(keyOf(type, name, "1"), resource);
  }

  /** Adds the next version of a resource, which keeps its id and its metadata, and returns it. @throws {HttpError} 500 when there is no resource. */
  update(type: string, name: string, changed: WireResource): WireResource {
    const current = this.get(type, name);
    const version = String(Number(current.metadata["version"] ?? "0") + 1);
    const resource = { ...changed, id: current.id, metadata: { ...current.metadata, version } };
    this.#current.set(keyOf(type, name), resource);
    this.#versions.set(keyOf(type, name, version), resource);
    return resource;
  }

  /** Sets entries of a resource's metadata without adding a version, and returns the resource; `undefined` removes an entry. */
  setMetadata(type: string, name: string, changes: JsonObject): WireResource {
    const resource = withMetadata(this.get(type, name), changes);
    this.#current.set(keyOf(type, name), resource);
    return resource;
  }

  /** Removes a resource, if there is one. Its versions stay readable. */
  delete(type: string, name: string): void {
    this.#current.delete(keyOf(type, name));
  }

  /** Removes a resource and all its versions, if there are any. */
  deleteWithVersions(type: string, name: string): void {
    const latest = Number(this.find(type, name)?.metadata["version"] ?? 0);
    this.delete(type, name);
    for (let version = 1; version <= latest; version++) {
      this.#versions.delete(keyOf(type, name, String(version)));
    }
  }
}

/** Returns a resource with changed metadata, its keys in alphabetical order, as the real server writes them. */
export function withMetadata(resource: WireResource, changes: JsonObject): WireResource {
  const entries = Object.entries({ ...resource.metadata, ...changes });
  const metadata = Object.fromEntries(
    entries.filter(([, value]) => value !== undefined).sort(([one], [other]) =>
      one < other ? -1 : 1
    ),
  );
  return { ...resource, metadata };
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
