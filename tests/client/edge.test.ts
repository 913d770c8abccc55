import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { createClient, ensureDefinitions } from "../../src/client/mod.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "../support/certificates.ts";
import { type Program, ROOT, startProgram } from "../support/program.ts";
import { deferred } from "./support/http_server.ts";

let folder: string;
let authority: CertificateAuthority;
let issued: IssuedCertificate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "conveyor-edge-"));
  await mkdir(join(folder, "dist"));
  await cp(join(ROOT, "examples/edge/config.capnp"), join(folder, "config.capnp"));
  await build({
    entryPoints: [join(ROOT, "examples/edge/worker.js")],
    outfile: join(folder, "dist/worker.js"),
    alias: {
      "@conveyor/driver": join(ROOT, "mod.ts"),
      "@conveyor/driver/client": join(ROOT, "src/client/mod.ts"),
    },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker"],
    external: ["node:*"], // Of TCP, which conditions keep out of the build.
  });
  authority = await createCertificateAuthority();
  issued = await authority.issue();
});
afterAll(async () => {
  await authority.remove();
  await rm(folder, { recursive: true });
});

/** Starts the example on workerd. */
async function startWorker(env: Record<string, string>): Promise<Program & { url: string }> {
  // The package exports the path of the program. Its script would not pass signals on.
  const { default: workerd } = await import("workerd" as string) as { default: string };
  const program = startProgram(
    workerd,
    ["serve", "config.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=1"],
    { cwd: folder, env },
  );
  await program.saw(`"port":`);
  const [, port] = /"port":(\d+)/.exec(program.output) ?? [];
  return Object.assign(program, { url: `http://127.0.0.1:${port}` });
}

/** A server with two drivers, the first of which waits for `gate` after its first line. */
async function startServer(
  options: DevServerOptions,
  credentials: { cert: string; key: string } | false,
) {
  const gate = deferred();
  const server = createDevServer(options);
  const { url } = await server.listen();
  const manager = createDriverManager({
    drivers: [
      createDriver({
        name: "build",
        resources: ["workflow"],
        async reconcile({ logger }) {
          logger.info("first line");
          await gate.promise;
          logger.info("last line");
        },
      }),
      createDriver<{ fail?: boolean }>({
        name: "deploy",
        resources: ["workflow"],
        reconcile: ({ resource }) => ({ success: !resource.spec.fail, message: "", data: null }),
      }),
    ],
    ...server.broker,
    console: false,
    handleSignals: false,
  });
  const running = manager.run();
  await manager.ready;
  await ensureDefinitions(createClient({ url, credentials }), {
    definitions: [{ name: "workflow", schema: { type: "object" } }],
    pipelines: [{ name: "ship", resource: "workflow", steps: ["build", "deploy"] }],
  });
  return {
    url,
    open: gate.resolve,
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await manager.stop();
      await running;
      await server.close();
    },
  };
}

const post = (url: string, name: string, spec: object = {}) =>
  fetch(`${url}/?name=${name}`, { method: "POST", body: JSON.stringify(spec) });

describe("the edge example, on workerd", () => {
  it("starts a run and streams its log while it runs, to its end", async () => {
    await using server = await startServer({}, false);
    await using worker = await startWorker({ CONVEYOR_SERVER_URL: server.url });
    const answer = await post(worker.url, "one");
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("first line")) text += (await reader.read()).value;
    expect(text).not.toContain("last line");
    server.open();
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    const [began, ...lines] = text.trimEnd().split("\n");
    expect(began).toMatch(/^build \| \[conveyor\] attempt 1 of 5 started: create workflow\/one/);
    expect(lines).toEqual([
      "build | first line",
      "build | last line",
      expect.stringMatching(/^build \| \[conveyor\] succeeded in .* \(4 log entries\)$/),
      expect.stringMatching(/^deploy \| \[conveyor\] attempt 1 of 5 started: /),
      expect.stringMatching(/^deploy \| \[conveyor\] succeeded in .* \(2 log entries\)$/),
      "the run has succeeded",
    ]);

    const failed = await (await post(worker.url, "two", { fail: true })).text();
    expect(failed).toMatch(/the run has failed in deploy\n$/);
    const again = await (await post(worker.url, "one")).text();
    expect(again).toMatch(/^ConflictError: cannot create the resource "one" of type "workflow"/);
    expect((await fetch(worker.url)).status).toBe(405);
  });

  it("sends its credentials to a server that requires them", async () => {
    const { cert, key } = issued;
    await using server = await startServer({ auth: { ca: authority.ca } }, { cert, key });
    server.open();
    await using worker = await startWorker({
      CONVEYOR_SERVER_URL: server.url,
      CONVEYOR_CERT: cert,
      CONVEYOR_KEY: key,
    });
    const text = await (await post(worker.url, "three")).text();
    expect(text).toMatch(/\nbuild \| first line\n[^]*the run has succeeded\n$/);
  });
});
