/** What a new project is made from. @module */

/** A runtime that a project is for. */
export type ProjectRuntime = "node" | "deno" | "bun";

/** A program that installs packages. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun" | "deno";

/** What a project is made from. */
export interface ProjectOptions {
  readonly name: string;
  readonly runtime: ProjectRuntime;
  readonly packageManager: PackageManager;
  /** Where this package comes from, as the runtime's file of dependencies writes it. @default this release */
  readonly source?: string | undefined;
}
