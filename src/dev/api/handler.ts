/** The whole REST API as one `fetch` handler. @module */

import { messageOf } from "../../errors.ts";
import { json } from "./responses.ts";
import { type Gate, isOpen } from "./auth.ts";
import { HttpError } from "../store/http_error.ts";
import { findRoute, type Route } from "./router.ts";

/** What the handler works with. */
export interface ApiOptions {
  readonly routes: readonly Route[];
  /** Lets requests in; without one, everybody is. */
  readonly gate?: Gate;
  /** Counts an answer. */
  readonly count: (labels: { method: string; route: string; status: number }) => void;
  /** Told of what no handler expected. */
  readonly onNotice: (notice: string) => void;
}

/** Makes the handler. It never rejects. */
export function createApi(options: ApiOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const { method } = request;
    const { path, params, handle } = findRoute(options.routes, method, url.pathname);
    const response = await attempt(options, `${method} ${url.pathname}`, async () => {
      if (!isOpen(url.pathname)) await options.gate?.(request);
      return await handle({ request, url, params });
    });
    options.count({ method, route: path, status: response.status });
    return response;
  };
}

async function attempt(
  { onNotice }: ApiOptions,
  what: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (thrown) {
    if (thrown instanceof HttpError) return json(thrown.status, { error: thrown.message });
    onNotice(`cannot answer ${what}: ${messageOf(thrown)}`);
    return json(500, { error: messageOf(thrown) });
  }
}
