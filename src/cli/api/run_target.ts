/** The resource that a call of `trigger` creates, and the steps that its run goes through. @module */

import type { Client, PipelineInput, ResourceInput } from "../../client/mod.ts";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Values } from "../arguments.ts";
import { readManifest, type ResourceDocument } from "../files/manifest.ts";
import { STANDARD_INPUT } from "../files/text_file.ts";
import { UsageError } from "../usage_error.ts";

/** The type of a resource that names none. */
const DEFAULT_TYPE = "workflow";

/** A resource, and the drivers of the steps that it runs through. */
export interface RunTarget {
  readonly resource: ResourceInput;
  /** `undefined` where neither the caller nor the server says them. */
  readonly steps: readonly string[] | undefined;
}

/**
 * Reads what to run: the resource of a file, or one of a name, with what the options add.
 *
 * @throws {UsageError} a file has no resource, or several, or an option does not fit.
 */
export async function readRunTarget(
  client: Pick<Client, "getPipeline">,
  what: string,
  values: Values,
): Promise<RunTarget> {
  const isFile = what === STANDARD_INPUT || /\.(?:json|ya?ml)$/.test(what) || existsSync(what);
  const manifest = isFile ? await readManifest([what]) : undefined;
  const document: ResourceDocument = manifest ? onlyOne(manifest.resources, what) : { spec: {} };
  const type = values.text("resource") ?? document.resource ?? DEFAULT_TYPE;
  const name = values.text("name") ?? document.name ?? (manifest ? newName(what) : what);
  const spec = specOf(values.text("spec")) ?? document.spec;
  // A server has a pipeline of the type's name where `dev` has made it.
  const wanted = values.text("pipeline") ?? document.pipeline;
  const pipeline = wanted ?? (manifest ? undefined : type);
  const own = manifest?.pipelines.find((each) => each.name === pipeline);
  const steps = given(values.text("steps")) ?? (own && driversOf(own.steps)) ??
    (pipeline === undefined ? undefined : await stepsOf(client, pipeline));
  const isKnown = wanted !== undefined || steps !== undefined;
  return {
    resource: {
      name,
      resource: type,
      spec,
      ...(isKnown && pipeline !== undefined && { pipeline }),
    },
    steps,
  };
}

function onlyOne(resources: readonly ResourceDocument[], path: string): ResourceDocument {
  const [resource] = resources;
  if (resource && resources.length === 1) return resource;
  const found = resources.length === 0 ? "none" : `${resources.length}`;
  throw new UsageError(`${path} must have one resource, got ${found}`);
}

/** A name that is not taken: a run starts when its resource is created. */
function newName(path: string): string {
  const stem = basename(path).replace(/\.\w+$/, "").replaceAll(/[^\w-]/g, "") || "run";
  return `${stem}-${crypto.randomUUID().slice(0, 8)}`;
}

function specOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--spec must be JSON, for example '{"region":"eu"}'`, { cause });
  }
}

function given(steps: string | undefined): string[] | undefined {
  return steps?.split(",").map((step) => step.trim()).filter((step) => step !== "");
}

function driversOf(steps: PipelineInput["steps"]): string[] {
  return steps.map((step) => typeof step === "string" ? step : step.driver);
}

/** Servers up to today do not return pipelines; `dev` does. */
async function stepsOf(
  client: Pick<Client, "getPipeline">,
  pipeline: string,
): Promise<string[] | undefined> {
  try {
    return driversOf((await client.getPipeline(pipeline)).steps);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "not-supported" || code === "not-found") return undefined;
    throw error;
  }
}
