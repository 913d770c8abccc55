/** The part of an API server that a manager asks whether an event is still wanted, as cheap as it can be. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts a server that has every resource that the measured events are about: `site-1` with the id of the first event, and so on. */
export async function startResourceApi(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    const name = request.url?.split("/").at(-1) ?? "";
    const id = Number(name.replace("site-", "")).toString(16).padStart(24, "0");
    const resource = { id, name, resource: "workflow", metadata: { version: "1" }, spec: {} };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(resource));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
