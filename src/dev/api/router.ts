/** Finds the handler of a request. @module */

import { text } from "./responses.ts";

/** What a handler gets. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** The values of the path's `:names`, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Answers a call, or throws a `Refusal`. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A method and a path such as `/resources/:type/:name`, and who answers it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly handle: Handler;
}

/** A route that a request fits. */
export interface Match {
  readonly path: string;
  readonly handle: Handler;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. A slash at the end makes no difference. A path that is routed for other methods only gives
 * a 405, and one that is not routed at all a 404, both in plain text.
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const asked = method === "HEAD" ? "GET" : method;
  const allowed = new Set<string>();
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (!params) continue;
    if (route.method === asked) return { path: route.path, handle: route.handle, params };
    allowed.add(route.method);
  }
  if (allowed.size === 0) return unrouted(() => text(404, `Cannot ${method} ${path}`));
  return unrouted(() => {
    const answer = text(405, "Method Not Allowed");
    answer.headers.set("allow", [...allowed].join(", "));
    return answer;
  });
}

function unrouted(handle: Handler): Match {
  return { path: "(none)", handle, params: {} };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = segments(pattern);
  const given = segments(path);
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":")) params[segment.slice(1)] = decode(value);
    else if (segment !== value) return undefined;
  }
  return params;
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // A stray "%" stands for itself.
  }
}
