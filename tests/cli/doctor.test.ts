import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDevServer, type DevServer } from "../../src/dev/mod.ts";
import { listen } from "../../src/runtime/listen.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { cli, createFolder, driverFile, jsonLines, startCli } from "./support.ts";

const USERS = `authorization {
  users: [
    { user: server, password: server-password }
    {
      user: few, password: few-password
      permissions: { publish: { deny: ["pipelines.>", "$JS.API.STREAM.INFO.logs-engine"] } }
    }
  ]
}`;

let nats: NatsServer;
let server: DevServer;
let url: string;
let servers: string;
let authority: CertificateAuthority;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  nats = await startNatsServer({ config: USERS });
  servers = nats.url.replace("//", "//server:server-password@");
  server = createDevServer({ servers });
  ({ url } = await server.listen());
});

afterAll(async () => {
  await server?.close();
  await nats?.stop();
  await authority?.remove();
});

/** What `doctor` finds, by check. */
async function doctor(args: string[], env: Record<string, string> = {}) {
  const { code, output } = await cli(["doctor", "--json", "--timeout", "5", ...args], { env });
  const lines = jsonLines(output);
  const found = (check: string) => lines.filter((line) => line["check"] === check);
  return { code, output, lines, found };
}

describe("doctor", () => {
  it("finds no fault where there is none, and says who asks for a driver's events", async () => {
    const env = { CONVEYOR_SERVER_URL: url, NATS_URL: servers };
    const file = driverFile("build.ts");
    const before = await doctor([file], env);
    expect(before.found("driver build")).toMatchObject([{
      status: "warning",
      fix: expect.stringContaining("start it"),
    }]);
    await using run = startCli(["run", file], { env });
    await run.saw("bound to the stream");
    let seen = await cli(["doctor", file], { env });
    // Its first request for events may still be on its way.
    while (seen.output.includes("no process asks")) seen = await cli(["doctor", file], { env });
    const { code, output } = seen;
    expect(output).toMatch(/✓ API server +http\S+ is healthy\n/);
    expect(output).toMatch(/✓ API generation +after release 0\.6 \(v3\)\n/);
    expect(output).toMatch(/✓ streams +messages of protocol v2/);
    expect(output).toMatch(/✓ permissions +may publish/);
    expect(output).toMatch(/✓ driver build +0 events wait, 0 run\n/);
    expect(output).toMatch(/\nno fault\n$/);
    expect(output).not.toContain("server-password");
    expect(code).toBe(0);
    run.kill("SIGTERM");
    expect(await run.exit).toBe(0);
    const after = await doctor([file], env);
    expect(after.found("driver build")).toMatchObject([{
      detail: expect.stringContaining("no process asks"),
    }]);
  }, 60_000);

  it("finds that no server is there, and ends with 1", async () => {
    const { code, found, lines } = await doctor([
      "--url",
      "http://127.0.0.1:1",
      "--servers",
      "nats://127.0.0.1:1",
    ]);
    expect(found("API server")).toMatchObject([{
      status: "fault",
      fix: expect.stringContaining("start the server"),
    }]);
    expect(found("NATS")).toMatchObject([{
      status: "fault",
      fix: expect.stringContaining("NATS_URL"),
    }]);
    expect(lines.at(-1)).toMatchObject({ type: "summary", faults: 2 });
    expect(code).toBe(1);
  });

  it("finds that the streams are missing, or JetStream", async () => {
    await using empty = await startNatsServer();
    const { found } = await doctor(["--url", url, "--servers", empty.url]);
    expect(found("streams")).toMatchObject([{
      status: "fault",
      detail: "there is no stream messages",
    }]);
    await using without = await startNatsServer({ jetstream: false });
    const other = await doctor(["--url", url, "--servers", without.url]);
    expect(other.found("streams")).toMatchObject([{ status: "fault" }]);
  });

  it("finds a wrong password, and missing permissions, and shows no password", async () => {
    const wrong = nats.url.replace("//", "//server:another-password@");
    const refused = await doctor(["--url", url, "--servers", wrong]);
    expect(refused.found("NATS")).toMatchObject([{ status: "fault" }]);
    expect(refused.output).not.toContain("another-password");
    const few = nats.url.replace("//", "//few:few-password@");
    const { found, output } = await doctor(["--url", url, "--servers", few]);
    expect(found("permissions")).toMatchObject([{
      detail: expect.stringContaining("pipelines.driver.result"),
    }]);
    expect(found("streams")).toContainEqual(
      expect.objectContaining({ status: "fault", detail: expect.stringContaining("logs-engine") }),
    );
    expect(output).not.toContain("few-password");
  });

  it("finds clocks that differ", async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    await using old = await listen((request) =>
      Promise.resolve(
        Response.json(request.url.endsWith("/health") ? { status: "ok" } : {}, {
          headers: { date },
        }),
      )
    );
    const { found } = await doctor(["--url", old.url, "--servers", servers]);
    expect(found("API clock")).toMatchObject([{
      status: "fault",
      detail: expect.stringMatching(/^3\d{3}\.\d s behind/),
    }]);
    expect(found("NATS clock")).toMatchObject([{ status: "ok" }]);
  });

  it("finds a server that requires a certificate, and accepts one of its authority", async () => {
    await using strict = createDevServer({ auth: { ca: authority.ca } });
    const { url } = await strict.listen();
    const refused = await doctor(["--url", url, "--servers", servers]);
    expect(refused.found("API access")).toMatchObject([{
      status: "fault",
      fix: expect.stringContaining("serverAuth"),
    }]);
    const { certFile, keyFile, caFile } = (await authority.issue()).files;
    const { found } = await doctor([
      "--url",
      url,
      "--servers",
      servers,
      "--cert",
      certFile,
      "--key",
      keyFile,
      "--ca",
      caFile,
    ]);
    expect(found("API generation")).toMatchObject([{ status: "ok" }]);
    expect(found("chain")).toMatchObject([{ status: "ok" }]);
    expect(found("dates")).not.toMatchObject([{ status: "fault" }]);
  });

  it(
    "finds an expired certificate, another key, another authority and a missing file",
    async () => {
      const [good, expired, other] = await Promise.all([
        authority.issue(),
        authority.issue({ expired: true }),
        createCertificateAuthority(),
      ]);
      const check = async (cert: string, key: string, ca: string) => {
        const args = [
          "--url",
          "http://127.0.0.1:1",
          "--servers",
          "nats://127.0.0.1:1",
          "--timeout",
          "1",
        ];
        const { lines } = await doctor([...args, "--cert", cert, "--key", key, "--ca", ca]);
        return lines.filter(({ status, check }) =>
          status === "fault" && check !== "NATS" && check !== "API server"
        );
      };
      const { certFile, keyFile, caFile } = good.files;
      expect(await check(expired.files.certFile, expired.files.keyFile, caFile))
        .toMatchObject([{ check: "dates", detail: expect.stringContaining("expired on") }]);
      expect(await check(certFile, expired.files.keyFile, caFile))
        .toMatchObject([{ check: "credentials", detail: expect.stringContaining("not the key") }]);
      expect(await check(certFile, keyFile, other.caFile))
        .toMatchObject([{ check: "chain", detail: expect.stringContaining("does not lead") }]);
      expect(await check(certFile, "absent.pem", caFile))
        .toMatchObject([{ check: "credentials", detail: expect.stringContaining("absent.pem") }]);
      await other.remove();
    },
    60_000,
  );

  it("finds a usage that the API server requires and the certificate lacks", async () => {
    await using folder = await createFolder();
    const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(folder.path, name));
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=x " +
      "-addext extendedKeyUsage=clientAuth -keyout";
    execFileSync("openssl", [...words.split(" "), key!, "-out", cert!], { stdio: "ignore" });
    const { found } = await doctor([
      "--url",
      url,
      "--servers",
      servers,
      "--cert",
      cert!,
      "--key",
      key!,
    ]);
    expect(found("usages")).toMatchObject([{
      status: "fault",
      detail: expect.stringContaining("lacks serverAuth"),
    }]);
  });
});
