import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDriver } from "../../../src/driver.ts";
import { createMasker } from "../../../src/logger/masking/masker.ts";
import { connectManager } from "../../../src/manager/lifecycle/connect.ts";
import { authSecrets } from "../../../src/manager/lifecycle/connection_secrets.ts";
import { resolveOptions } from "../../../src/manager/options.ts";
import type { ConnectAuth } from "../../../src/transport/auth.ts";
import { createOperator } from "../../support/nats_operator.ts";
import { startNatsServer } from "../../support/nats_server.ts";

const creds = createOperator().creds("deploy");
const [jwt, seed] = creds.match(/[\w.-]{40,}/g) as [string, string];

test.each<[string, ConnectAuth, string[]]>([
  ["a password", { user: "deploy", password: "p4ssword" }, ["p4ssword"]],
  ["a token", { token: "t0k3n" }, ["t0k3n"]],
  ["a seed", { nkey: `${seed}\n` }, [seed]],
  ["the JWT and the seed of credentials", { creds }, [jwt, seed]],
  ["nothing of a file that was not read yet", { credsFile: "/run/deploy.creds" }, []],
])("%s is masked", (_, auth, secrets) => {
  expect(authSecrets(auth)).toEqual(secrets);
});

test("the secrets of a credentials file are masked once it has been read", async () => {
  const operator = createOperator();
  const text = operator.creds("deploy");
  const folder = await mkdtemp(join(tmpdir(), "creds-"));
  const credsFile = join(folder, "deploy.creds");
  await writeFile(credsFile, text);
  const server = await startNatsServer({ config: operator.config });
  const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });
  const given = { driver, servers: server.url, auth: { credsFile } };
  const masker = createMasker();
  const source = { given, options: resolveOptions(given), masker, emit() {} };
  const connection = await connectManager(source, new AbortController().signal);
  expect(connection?.server).toBe(server.url);
  for (const secret of text.match(/[\w.-]{40,}/g)!) {
    expect(masker.mask(`a line with ${secret}`)).toBe("a line with ***");
  }
  await connection?.close();
  await server.stop();
  await rm(folder, { recursive: true });
});
