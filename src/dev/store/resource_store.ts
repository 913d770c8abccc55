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

/** A resource as clients and drivers see it: in v1 without the fields that it does not have. */
export type SeenResource = Omit<WireResource, "metadata"> & Partial<WireResource>;

/** Returns a resource as a protocol version shows it: v1 has neither pipelines nor metadata. */
export function seenBy(protocol: ProtocolVersion, resource: WireResource): SeenResource {
  if (protocol === "v2") return resource;
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

  /** Adds the next version of a resource and returns it. @throws {HttpError} 500 when there is no resource. */
  update(type: string, name: string, changed: WireResource): WireResource {
    const current = this.get(type, name);
    const version = String(Number(current.metadata["version"] ?? "0") + 1);
    const resource = { ...changed, id: current.id, metadata: { ...changed.metadata, version } };
    this.#current.set(keyOf(type, name), resource);
    this.#versions.set(keyOf(type, name, version), resource);
    return resource;
  }

  /** Stores a driver's result in the metadata of a resource without adding a version, and returns the resource. */
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
