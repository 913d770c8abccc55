import { type AddressInfo, createServer } from "node:net";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../support/certificates.ts";
import { commandFor, currentRuntime, runProgram } from "../../support/program.ts";
import { serve } from "../support/http_server.ts";

const PROGRAM = fileURLToPath(new URL("../support/health_calls.ts", import.meta.url));

let own: CertificateAuthority;
let platform: CertificateAuthority;
beforeAll(async () => {
  [own, platform] = await Promise.all([
    createCertificateAuthority("own"),
    createCertificateAuthority("platform"),
  ]);
});
afterAll(() => Promise.all([own.remove(), platform.remove()]));

/** Asks for the health of servers in a process of this runtime that trusts the authority of the platform. */
async function ask(calls: string[], env: Record<string, string> = {}): Promise<string[]> {
  const { command, args } = commandFor(currentRuntime(), PROGRAM);
  const { output } = await runProgram(command, [...args, ...calls], {
    env: { NODE_EXTRA_CA_CERTS: platform.caFile, DENO_CERT: platform.caFile, ...env },
  });
  return output.trim().split("\n");
}

/** Starts a server of an authority. Its responses are compressed where a request allows it. */
async function server(authority?: CertificateAuthority, hostname = "127.0.0.1") {
  return await serve(({ headers }) => {
    const accepts = String(headers["accept-encoding"]).includes("gzip");
    const body = JSON.stringify({ status: accepts ? "compressed" : "plain", time: "" });
    return {
      write(response) {
        const type = { "content-type": "application/json" };
        response.writeHead(200, accepts ? { ...type, "content-encoding": "gzip" } : type);
        response.end(accepts ? gzipSync(body) : body);
      },
    };
  }, { hostname, ...(authority && { tls: await authority.issue() }) });
}

describe("on each runtime alike,", () => {
  it("a ca replaces the authorities of the platform, also with a byte-order mark and line ends of Windows", async () => {
    const marked = join(dirname(own.caFile), "marked.pem");
    await writeFile(marked, `\ufeff${own.ca.replaceAll("\n", "\r\n")}`);
    // Of different names: a client may resume a session with a server of the same name.
    const [ours, theirs] = await Promise.all([server(own), server(platform, "localhost")]);
    const calls = [
      `${theirs.url}`,
      `${ours.url}`,
      `${ours.url}=${own.caFile}`,
      `${ours.url}=${marked}`,
      `${theirs.url}=${own.caFile}`,
      `${theirs.url}=${platform.caFile}`,
    ];
    const good = "compressed";
    expect(await ask(calls)).toEqual([good, "connection", good, good, "connection", good]);
  });

  it("gzip is asked for and read, with a ca and without", async () => {
    const [ours, plain] = await Promise.all([server(own), server()]);
    expect(await ask([plain.url, `${ours.url}=${own.caFile}`])).toEqual([
      "compressed",
      "compressed",
    ]);
  });

  it("a proxy of the environment is for servers without a ca; Node has it from release 24 on", async () => {
    const ours = await server(own);
    const body = JSON.stringify({ status: "by proxy", time: "" });
    const heads: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("error", () => {}); // The test checks the client's error.
      socket.on("data", (chunk) => {
        const head = chunk.toString();
        if (head.startsWith("CONNECT")) return void socket.write("HTTP/1.1 200 Connected\r\n\r\n");
        heads.push(head);
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
    const env = {
      ...Object.fromEntries(names.map((name) => [name, url])),
      DENO_NO_UPDATE_CHECK: "1",
      NO_PROXY: "",
      no_proxy: "",
      ...(currentRuntime() === "node" && { NODE_USE_ENV_PROXY: "1" }),
    };
    const hasProxies = currentRuntime() !== "node" ||
      Number(process.versions.node.split(".")[0]) >= 24;
    const [direct, behind] = await ask([`${ours.url}=${own.caFile}`, "http://ci.invalid"], env);
    expect([direct, behind]).toEqual(["compressed", hasProxies ? "by proxy" : "connection"]);
    expect(heads).toEqual(hasProxies ? [expect.stringContaining("ci.invalid")] : []);
  });
});
