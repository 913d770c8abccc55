/** The call `GET /pipelines/{name}`, which servers document and lack: `trigger --follow` learns a pipeline's steps by it. @module */

type Handle = (request: Request) => Promise<Response>;

const PATH = /^\/pipelines\/([^/]*)\/?$/;

/** Adds the call to a server. It returns what was stored by `POST /pipelines/`. */
export function withReadablePipelines(handle: Handle): Handle {
  const stored = new Map<string, string>();
  return async (request) => {
    const { pathname } = new URL(request.url);
    const [, name] = PATH.exec(pathname) ?? [];
    const response = await handle(request);
    if (request.method === "POST" && response.status === 201 && /^\/pipelines\/?$/.test(pathname)) {
      const text = await response.clone().text();
      stored.set(JSON.parse(text).name, text);
    }
    const isAbsent = response.status === 404 || response.status === 405;
    const found = name && isAbsent && request.method === "GET"
      ? stored.get(decodeURIComponent(name))
      : undefined;
    if (found === undefined) return response;
    await response.body?.cancel();
    return new Response(found, { headers: { "content-type": "application/json" } });
  };
}
