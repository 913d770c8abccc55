import { createDevServer } from "@conveyor/driver/dev";

/** A server that requires credentials, with a clock of its own, and the tokens that it has received. */
export function protectedServer(ca: string, { aheadMs = 0, sendsDate = true } = {}) {
  const now = () => new Date(Date.now() + aheadMs);
  const server = createDevServer({ auth: { ca, now } });
  const tokens: string[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    tokens.push(new Headers(init.headers).get("authorization") ?? "");
    const response = await server.fetch(url, init);
    if (sendsDate) response.headers.set("date", now().toUTCString());
    return response;
  };
  return { fetch, tokens };
}
