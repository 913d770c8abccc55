import { request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../src/runtime/listen.ts";
import { encodeText } from "../../../src/encoding/json.ts";

type Handle = Parameters<typeof listen>[0];

async function listening(handle: Handle) {
  const listener = await listen(handle);
  onTestFinished(() => listener.close());
  return listener;
}

/** Creates a promise and the function that resolves it. */
function deferred<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => resolve = settle);
  return { promise, resolve };
}

test("the handler receives the method, the path, the headers and the body of a request", async () => {
  const { url, port } = await listening(async (request) => {
    const { method, url, headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    return Response.json({ method, url, mine: headers.get("x-mine"), body: [...body] });
  });
  const response = await fetch(`${url}/a%2Fb?c=%C3%BC`, {
    method: "PATCH",
    headers: { "x-mine": "1, 2" },
    body: new Uint8Array([0, 255, 10, 13]),
  });
  expect(await response.json()).toEqual({
    method: "PATCH",
    url: `http://127.0.0.1:${port}/a%2Fb?c=%C3%BC`,
    mine: "1, 2",
    body: [0, 255, 10, 13],
  });
});

test("the status, the headers and an empty body are sent unchanged", async () => {
  const { url } = await listening(() =>
    Promise.resolve(new Response(null, { status: 204, headers: { "x-mine": "yes" } }))
  );
  const response = await fetch(url);
  expect([response.status, response.headers.get("x-mine")]).toEqual([204, "yes"]);
  expect(await response.text()).toBe("");
});

test("the headers of a stream are sent before its first chunk", async () => {
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const { url } = await listening(() => Promise.resolve(new Response(body.readable)));
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const writer = body.writable.getWriter();
  await writer.write(encodeText("first"));
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});

test("a client that disconnects aborts the request's signal and cancels the body", async () => {
  const [aborted, cancelled] = [deferred(), deferred()];
  const { url } = await listening((request) => {
    request.signal.addEventListener("abort", () => aborted.resolve(), { once: true });
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(encodeText("first")),
      cancel: () => cancelled.resolve(),
    });
    return Promise.resolve(new Response(body));
  });
  const client = new AbortController();
  const response = await fetch(url, { signal: client.signal });
  await response.body!.getReader().read();
  client.abort();
  await Promise.all([aborted.promise, cancelled.promise]);
});

test("a body is read only as fast as the client reads it", async () => {
  const chunk = new Uint8Array(1 << 20);
  const total = 256;
  let read = 0;
  const { url, port } = await listening((request) => {
    if (request.url.endsWith("/other")) return Promise.resolve(new Response("ok"));
    const body = new ReadableStream({
      pull(controller) {
        read += 1;
        if (read > total) controller.close();
        else controller.enqueue(chunk);
      },
    });
    return Promise.resolve(new Response(body));
  });
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write("GET / HTTP/1.1\r\nhost: x.test\r\nconnection: close\r\n\r\n");
  const started = deferred();
  socket.once("readable", () => started.resolve());
  await started.promise;
  for (let others = 0; others < 20; others++) await fetch(`${url}/other`);
  expect(read).toBeLessThan(total / 2);
  let bytes = 0;
  for await (const part of socket) bytes += part.length;
  expect(bytes).toBeGreaterThan(total * chunk.length);
});

test("a rejected handler is a 500 with the reason", async () => {
  const { url } = await listening(() => Promise.reject(new Error("it broke")));
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([500, "it broke"]);
});

test("a body that fails midway closes the connection, so that the client sees it is incomplete", async () => {
  const { url } = await listening(() => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(encodeText("first"));
        controller.error(new Error("it broke"));
      },
    }, { highWaterMark: 0 });
    return Promise.resolve(new Response(body));
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
});

test("an invalid host header is a 400, and the next request is served", async () => {
  const { url, port } = await listening(() => Promise.resolve(new Response("ok")));
  const status = await new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", headers: { host: "no host" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject).end();
  });
  expect(status).toBe(400);
  expect(await (await fetch(url)).text()).toBe("ok");
});

test("closing ends open responses and idle connections", async () => {
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const listener = await listen(() => Promise.resolve(new Response(body.readable)));
  const response = await fetch(listener.url);
  const ended = response.text().then(() => "ended", () => "cut");
  await Promise.all([listener.close(), listener.close()]);
  expect(await ended).toBe("cut");
  await expect(fetch(listener.url)).rejects.toThrow();
});

test.each<[string, number, string]>([
  ["GET //evil.test/a HTTP/1.1", 200, "//evil.test/a"],
  ["GET http://evil.test/a?b HTTP/1.1", 200, "/a"],
  ["GET http://evil.test HTTP/1.1", 200, "/"],
  ["OPTIONS * HTTP/1.1", 400, ""],
  ["TRACE / HTTP/1.1", 400, ""],
  ["GET /a\\b HTTP/1.1", 200, "/a/b"],
])("%s has the status %i and the path %j", async (line, status, path) => {
  const { port } = await listening(({ url }) =>
    Promise.resolve(new Response(new URL(url).pathname))
  );
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(`${line}\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`);
  let text = "";
  for await (const part of socket) text += String(part);
  expect(text).toContain(`HTTP/1.1 ${status}`);
  if (status === 200) expect(text).toContain(path);
});
