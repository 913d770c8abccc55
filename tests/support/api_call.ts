/** An answer, read to its end. */
export interface Answer {
  status: number;
  /** The body's JSON, or its text when it is not JSON. */
  body: unknown;
  headers: Headers;
}

/** Makes a call of the REST API. A text body is sent as it is. */
export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Makes calls through a `fetch` function. */
export function caller(fetch: Fetch, base = "http://conveyor.test"): Call {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), headers: response.headers };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
