/** The REST API as one `fetch` handler. @module */

import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { matchedRoutes } from "hono/route";
import { messageOf } from "../../errors.ts";
import { httpStatusOf } from "../store/http_error.ts";
import { type Authenticate, isOpen } from "./auth.ts";
import { createOriginCheck } from "./origin_check.ts";
import { text } from "./responses.ts";

/** What the handler needs. */
export interface ApiOptions {
  readonly routes: Hono;
  /** Names besides loopback names that requests may be for, and may come from. @default none */
  readonly allowedHosts?: () => Iterable<string>;
  /** Checks a request's token. Without it, no request needs one. */
  readonly authenticate?: Authenticate;
  /** Counts a response. */
  readonly count: (labels: { method: string; route: string; status: number }) => void;
  /** Reports an unexpected error. */
  readonly onNotice: (notice: string) => void;
}

/** Creates the handler of the REST API. It ignores empty segments of a path, and so a slash at its end. */
export function createApi(
  { routes, allowedHosts = () => [], authenticate, count, onNotice }: ApiOptions,
): (request: Request) => Promise<Response> {
  // The path stays encoded until it is matched: a name may hold an encoded slash.
  const getPath = ({ url }: Request) =>
    `/${new URL(url).pathname.split(/\/+/).filter(Boolean).join("/")}`;
  const app = new Hono({ getPath });
  const origins = createOriginCheck(allowedHosts);

  app.use(async (c, next) => {
    await next();
    const route = matchedRoutes(c).find(({ method }) => method !== "ALL")?.path ?? "(none)";
    count({ method: c.req.method, route, status: c.res.status });
    // Hono leaves the body out of a response to HEAD; an event stream would go on without a reader.
    if (c.req.method === "HEAD") await c.res.body?.cancel();
  });
  app.use(async (c, next) => {
    origins.check(c.req.raw);
    const preflight = origins.preflight(c.req.raw);
    if (preflight) return origins.allow(c.req.raw, preflight);
    await next();
    c.res = origins.allow(c.req.raw, c.res);
  });
  app.use(methodNotAllowed({ app, onMethodNotAllowed }));
  app.use(async (c, next) => {
    if (!isOpen(c.req.path)) await authenticate?.(c.req.raw);
    await next();
  });
  app.route("/", routes);
  app.notFound((c) => text(404, `Cannot ${describe(c)}`));
  app.onError((error, c) => {
    const status = httpStatusOf(error);
    if (status === undefined) onNotice(`cannot handle ${describe(c)}: ${messageOf(error)}`);
    return Response.json({ error: messageOf(error) }, { status: status ?? 500 });
  });
  return async (request) => await app.fetch(request);
}

function onMethodNotAllowed(_: Context, methods: string[]): Response {
  const response = text(405, "Method Not Allowed");
  response.headers.set("allow", methods.filter((method) => method !== "HEAD").join(", "));
  return response;
}

function describe({ req }: Context): string {
  return `${req.method} ${new URL(req.url).pathname}`;
}
