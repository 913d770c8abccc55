import { expect, test } from "vitest";
import { caller } from "../support/api_call.ts";
import { readIdentity } from "../../src/credentials/identity.ts";
import { signToken } from "../../src/credentials/token.ts";
import type { Target } from "./target.ts";

/** Defines the tests of authentication. They depend on whether the server requires credentials. */
export function authCases({ url, credentials, since }: Target): void {
  const anonymous = caller((path, init) => fetch(path, init), url);
  const path = since("v2") ? "/logs?runid=00000000-0000-0000-0000-000000000000" : "/";

  if (!credentials) {
    test("without authentication no token is needed", async () => {
      expect((await anonymous("GET", path)).status).toBe(200);
    });
    return;
  }

  const withToken = (token: string) =>
    caller(
      (address, init) => fetch(address, { ...init, headers: { authorization: `Bearer ${token}` } }),
      url,
    );

  test("with authentication only health and metrics are open", async () => {
    for (const open of ["/health", "/metrics"]) {
      expect((await anonymous("GET", open)).status).toBe(200);
    }
    const response = await anonymous("GET", path);
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ error: expect.any(String) });
  });

  test("a token of the client is accepted; one that was changed or is of another time is not", async () => {
    const identity = readIdentity(credentials);
    const token = await signToken(identity, Date.now());
    expect((await withToken(token)("GET", path)).status).toBe(200);
    const [header, claims, signature] = token.split(".") as [string, string, string];
    const other = await signToken(identity, Date.now() - 60_000);
    const hour = 3_600_000;
    const refused = [
      "nonsense",
      `${header}.${claims}.`,
      `${header}.${other.split(".")[1]}.${signature}`,
      await signToken(identity, Date.now() - hour),
      await signToken(identity, Date.now() + hour),
    ];
    for (const bad of refused) expect((await withToken(bad)("GET", path)).status).toBe(401);
  });
}
