import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Serves the files of a folder on loopback, below a path, as a host of static sites does. */
export async function serveFolder(folder: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = join(folder, normalize(decodeURIComponent(pathname).replace(/^\/driver\//, "/")));
    const body = await readFile(path.endsWith("/") ? join(path, "index.html") : path)
      .catch(() => undefined);
    // Browsers ask for an icon by themselves, and a site need not have one.
    if (pathname === "/favicon.ico") response.writeHead(204).end();
    else if (!body) response.writeHead(404).end("not found");
    else {
      const type = TYPES[extname(path)] ?? (path.endsWith("/") ? TYPES[".html"] : undefined);
      response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/driver/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
