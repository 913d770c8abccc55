/** Files that describe what a server should have: resource types, pipelines and resources. @module */

import type { PipelineInput, ResourceDefinitionInput } from "../../client/mod.ts";
import { isObject, type JsonObject } from "../../encoding/json.ts";
import { UsageError } from "../usage_error.ts";
import { type FileDocument, readDocuments } from "./documents.ts";

/** A resource of a file. Its name may be given elsewhere. */
export interface ResourceDocument {
  readonly name?: string;
  readonly resource?: string;
  readonly pipeline?: string;
  readonly spec: unknown;
}

/** What files describe. */
export interface Manifest {
  readonly definitions: ResourceDefinitionInput[];
  readonly pipelines: PipelineInput[];
  readonly resources: ResourceDocument[];
}

/** A kind of document, with the field that tells it from the others. */
const KINDS = { definition: "schema", pipeline: "steps", resource: "spec" } as const;

type Kind = keyof typeof KINDS;

/** The fields that may hold lists, for a file of one document. */
const LISTS: Readonly<Record<string, Kind>> = {
  definitions: "definition",
  pipelines: "pipeline",
  resources: "resource",
};

/**
 * Reads what files describe. Each document is of one `kind`, which its fields show where it is left out, or has lists of
 * `definitions`, `pipelines` and `resources`.
 *
 * @throws {UsageError} a file cannot be read, or a document is of no kind.
 */
export async function readManifest(paths: readonly string[]): Promise<Manifest> {
  const manifest: Manifest = { definitions: [], pipelines: [], resources: [] };
  for (const path of paths) {
    for (const document of await readDocuments(path)) addDocument(manifest, document);
  }
  return manifest;
}

function addDocument(manifest: Manifest, { value, where }: FileDocument): void {
  if (!isObject(value)) throw new UsageError(`${where} must be an object`);
  const lists = Object.keys(LISTS).filter((list) => list in value);
  if (lists.length === 0) return add(manifest, kindOf(value, where), value, where);
  for (const list of lists) {
    const members = value[list];
    if (!Array.isArray(members)) throw new UsageError(`${where}: ${list} must be a list`);
    for (const [index, member] of members.entries()) {
      const place = `${where}: ${list}[${index}]`;
      if (!isObject(member)) throw new UsageError(`${place} must be an object`);
      add(manifest, LISTS[list]!, member, place);
    }
  }
}

function kindOf(value: JsonObject, where: string): Kind {
  const { kind } = value;
  const kinds = Object.keys(KINDS) as Kind[];
  const found = kind === undefined
    ? kinds.find((kind) => KINDS[kind] in value)
    : kinds.find((known) => known === kind);
  if (found) return found;
  throw new UsageError(
    `${where} must have a kind (${kinds.join(", ")}), or one of the fields ` +
      `${Object.values(KINDS).join(", ")}`,
  );
}

function add(manifest: Manifest, kind: Kind, value: JsonObject, where: string): void {
  const { kind: _, ...fields } = value;
  const text = (field: string) => {
    const given = fields[field];
    if (given === undefined || typeof given === "string" && given !== "") return given;
    throw new UsageError(`${where}: ${field} must be a text that is not empty`);
  };
  const required = (field: string) => {
    const given = text(field);
    if (given !== undefined) return given;
    throw new UsageError(`${where}: ${field} is missing`);
  };
  if (kind === "resource") {
    const [name, resource, pipeline] = ["name", "resource", "pipeline"].map(text);
    return void manifest.resources.push({
      ...(name !== undefined && { name }),
      ...(resource !== undefined && { resource }),
      ...(pipeline !== undefined && { pipeline }),
      spec: fields["spec"] ?? {},
    });
  }
  const name = required("name");
  if (kind === "definition") {
    const { schema = { type: "object" } } = fields;
    manifest.definitions.push({ ...fields, name, schema } as ResourceDefinitionInput);
    return;
  }
  const { steps } = fields;
  const isList = Array.isArray(steps) && steps.length > 0 &&
    steps.every((step) =>
      typeof step === "string" || isObject(step) && typeof step["driver"] === "string"
    );
  if (!isList) {
    throw new UsageError(
      `${where}: steps must be a list of drivers' names, or of objects with a driver`,
    );
  }
  manifest.pipelines.push({
    ...fields,
    name,
    resource: required("resource"),
    steps,
  } as PipelineInput);
}
