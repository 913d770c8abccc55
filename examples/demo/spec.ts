/** What the demo's resources look like. */

import { z } from "zod";

/** The resource type. */
export const TYPE = "repository";

/** What a `repository` resource asks for. */
export const RepositorySpec = z.object({
  /** The repository's folder. */
  root: z.string().min(1),
  /** Files to check besides those that the repository keeps. */
  alsoCheck: z.array(z.string()).default([]),
});

/** The same as a JSON Schema, by which the server checks it before any driver sees it. */
export const repositorySchema = z.toJSONSchema(RepositorySpec, { io: "input" });
