import { describe, expect, test } from "vitest";
import { resolveAuth } from "../../src/transport/resolve_auth.ts";
import type { ConnectAuth } from "../../src/transport/auth.ts";

const SEED = `SU${"A".repeat(56)}`;

function fromEnvironment(variables: Record<string, string>): ConnectAuth | undefined {
  return resolveAuth(undefined, (name) => variables[name]);
}

describe("the environment", () => {
  test.each<[Record<string, string>, ConnectAuth | undefined]>([
    [{}, undefined],
    [{ NATS_USER: "deploy", NATS_PASSWORD: " p " }, { user: "deploy", password: " p " }],
    [{ NATS_USER: "t0k3n" }, { token: "t0k3n" }],
    [{ NATS_PASSWORD: "alone" }, undefined],
    [{ NATS_CREDS: "/run/deploy.creds" }, { credsFile: "/run/deploy.creds" }],
    [{ NATS_NKEY: "/run/deploy.nk" }, { nkeyFile: "/run/deploy.nk" }],
    [{ NATS_NKEY: SEED }, { nkey: SEED }],
    [{ NATS_TOKEN: "t0k3n" }, { token: "t0k3n" }],
    [{ NATS_TOKEN: "" }, undefined],
    [{ NATS_TOKEN: "\n", NATS_CREDS: " \n", NATS_NKEY: "\n" }, undefined],
    [{ NATS_TOKEN: "t0k3n \r\n" }, { token: "t0k3n " }],
    [{ NATS_USER: "deploy\n", NATS_PASSWORD: " p \n" }, { user: "deploy", password: " p " }],
    [{ NATS_CREDS: " /run/deploy.creds\n" }, { credsFile: "/run/deploy.creds" }],
    [{ NATS_NKEY: `${SEED}\n` }, { nkey: SEED }],
    [{ NATS_TOKEN: "t", NATS_NKEY: SEED, NATS_CREDS: "/c" }, { credsFile: "/c" }],
  ])("%j is %j", (variables, auth) => {
    expect(fromEnvironment(variables)).toEqual(auth);
  });

  test("is not read when the option is given", () => {
    const readEnv = () => expect.unreachable("the environment was read");
    expect(resolveAuth({ token: "explicit" }, readEnv)).toEqual({ token: "explicit" });
  });
});

describe("the option", () => {
  test.each([
    ["a user name alone", { user: "s3cret" }],
    ["two ways at once", { token: "s3cret", nkey: "s3cret" }],
    ["an empty password", { user: "s3cret", password: "" }],
    ["a password that is no text", { user: "s3cret", password: 1 }],
    ["an authenticator that is no function", { authenticator: "s3cret" }],
    ["text", "s3cret"],
    ["nothing", null],
  ])("%s is refused, and the error shows no value", (_, auth) => {
    const resolve = () => resolveAuth(auth as unknown as ConnectAuth);
    expect(resolve).toThrow(expect.objectContaining({ code: "config", field: "auth" }));
    expect(resolve).not.toThrow("s3cret");
  });
});
