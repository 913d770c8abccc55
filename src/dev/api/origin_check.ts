/** Refuses requests that a web page may have sent: of names and of origins that are not this server's. @module */

import { HttpError } from "../store/http_error.ts";

/** Adds the CORS headers of the real server, which allows every origin; here those that may send requests at all. */
const CORS_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["access-control-allow-origin", "*"],
  ["vary", "Origin"],
];

/** Checks the names that requests are for and come from. */
export interface OriginCheck {
  /**
   * Checks a request.
   *
   * @throws {HttpError} 403 when its `Host` or its `Origin` is not allowed: a web page can have its own name lead to this machine.
   */
  check(request: Request): void;
  /** Returns the response to a preflight request; `undefined` when it is none. */
  preflight(request: Request): Response | undefined;
  /** Adds the headers that let a page of an allowed origin read a response. */
  allow(request: Request, response: Response): Response;
}

/** Creates a check. Besides loopback names, `allowed` names are accepted: hosts without a port. */
export function createOriginCheck(allowed: () => Iterable<string>): OriginCheck {
  const isAllowed = (host: string) => isLoopback(host) || new Set(allowed()).has(host);
  return {
    check({ headers }) {
      const [host, origin] = [headers.get("host"), headers.get("origin")];
      // A request that was not sent over a network has no Host.
      const name = host === null ? undefined : hostNameOf(`http://${host}`);
      if (host !== null && name === undefined) throw new HttpError(400, "Invalid Host header");
      // An address cannot be made to lead elsewhere.
      if (name !== undefined && !isAllowed(name) && !isAddress(name)) {
        throw new HttpError(403, `host ${name} is not allowed: add it to allowedHosts`);
      }
      if (origin === null) return;
      const from = hostNameOf(origin);
      if (from !== undefined && isAllowed(from)) return;
      throw new HttpError(403, `origin ${origin} is not allowed: add its host to allowedHosts`);
    },
    preflight({ method, headers }) {
      if (method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
      const response = new Response(null, {
        status: 204,
        headers: { "access-control-allow-methods": "GET,POST,HEAD,PUT,DELETE,PATCH" },
      });
      const wanted = headers.get("access-control-request-headers");
      if (wanted) response.headers.set("access-control-allow-headers", wanted);
      return response;
    },
    allow({ headers }, response) {
      if (headers.has("origin")) {
        for (const [name, value] of CORS_HEADERS) response.headers.set(name, value);
      }
      return response;
    },
  };
}

function hostNameOf(url: string): string | undefined {
  if (!URL.canParse(url) || /[\s/?#@\\]/.test(url.replace(/^\w+:\/\//, ""))) return undefined;
  return new URL(url).hostname.replace(/\.$/, "");
}

function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost$/.test(host) || /^127(\.\d+){3}$/.test(host) || host === "[::1]";
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);
}
