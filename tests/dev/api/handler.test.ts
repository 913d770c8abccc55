import { Hono } from "hono";
import { expect, test } from "vitest";
import { createApi } from "../../../src/dev/api/handler.ts";
import { HttpError } from "../../../src/dev/store/http_error.ts";

interface Counted {
  method: string;
  route: string;
  status: number;
}

/** Creates a handler of a few routes, and collects what it counts and reports. */
function handlerOf(routes: Hono) {
  const counted: Counted[] = [];
  const notices: string[] = [];
  const handle = createApi({
    routes,
    count: (labels) => counted.push(labels),
    onNotice: (notice) => notices.push(notice),
  });
  const call = (method: string, path: string) =>
    handle(new Request(`http://conveyor.test${path}`, { method }));
  return { call, counted, notices };
}

function things(): Hono {
  const app = new Hono();
  app.get("/things/:name", (c) => c.json({ name: c.req.param("name") }));
  app.put("/things/:name", (c) => c.body(null, 204));
  app.post("/things", (c) => c.body(null, 204));
  return app;
}

test.each([
  ["/things/one", "one"],
  ["/things/one/", "one"],
  ["//things//one", "one"],
  ["/things/one?two=/three/", "one"],
  ["/things/a%20b%2Fc", "a b/c"],
  ["/things/%C3%BC%25", "ü%"],
  ["/things/%252F", "%2F"],
  ["/things/50%", "50%"],
  ["/things/%ff", "%ff"],
])("GET %s is routed with the name %j", async (path, name) => {
  const { call, counted } = handlerOf(things());
  const response = await call("GET", path);
  expect([response.status, await response.json()]).toEqual([200, { name }]);
  expect(counted).toEqual([{ method: "GET", route: "/things/:name", status: 200 }]);
});

test.each([
  ["GET", "/nothing"],
  ["PATCH", "/things/one/two"],
  ["GET", "/th%69ngs/one"],
  ["GET", "/things/one%2Ftwo/three/"],
])("%s %s is a 404 that repeats method and path in plain text", async (method, path) => {
  const { call, counted } = handlerOf(things());
  const response = await call(method, path);
  expect([response.status, await response.text()]).toEqual([404, `Cannot ${method} ${path}`]);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(counted).toEqual([{ method, route: "(none)", status: 404 }]);
});

test.each([
  ["DELETE", "/things/one", "GET, PUT"],
  ["PATCH", "/things/", "POST"],
  ["HEAD", "/things", "POST"],
])("%s %s is a 405 in plain text that allows %s", async (method, path, allowed) => {
  const { call, counted } = handlerOf(things());
  const response = await call(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe(allowed);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await response.text()).toBe(method === "HEAD" ? "" : "Method Not Allowed");
  expect(counted).toEqual([{ method, route: "(none)", status: 405 }]);
});

test("HEAD of a stream cancels the stream", async () => {
  const app = new Hono();
  let cancelled = false;
  app.get("/", () => {
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    return new Response(body, { headers: { "x-mine": "yes" } });
  });
  const { call, counted } = handlerOf(app);
  const response = await call("HEAD", "/");
  expect([response.status, response.body, response.headers.get("x-mine")]).toEqual([
    200,
    null,
    "yes",
  ]);
  expect(cancelled).toBe(true);
  expect(counted).toEqual([{ method: "HEAD", route: "/", status: 200 }]);
});

test("an HTTP error has its status and reports nothing; any other error is a reported 500", async () => {
  const app = new Hono();
  app.get("/teapot", () => {
    throw new HttpError(418, "short and stout");
  });
  app.get("/broken", () => Promise.reject(Object.assign(new Error("it broke"), { status: 418 })));
  const { call, counted, notices } = handlerOf(app);
  const [teapot, broken] = [await call("GET", "/teapot"), await call("GET", "/broken")];
  expect([teapot.status, await teapot.json()]).toEqual([418, { error: "short and stout" }]);
  expect([broken.status, await broken.json()]).toEqual([500, { error: "it broke" }]);
  expect(notices).toEqual(["cannot handle GET /broken: it broke"]);
  expect(counted.map(({ route, status }) => [route, status])).toEqual([
    ["/teapot", 418],
    ["/broken", 500],
  ]);
});
