import { describe, expect, test } from "vitest";
import { ServerPool } from "../../../../src/transport/nats/dial/server_pool.ts";
import { parseServer } from "../../../../src/transport/nats/dial/server_url.ts";

const [one, two] = ["nats://one", "nats://two"].map(parseServer) as [
  ReturnType<typeof parseServer>,
  ReturnType<typeof parseServer>,
];

/** The hosts in the order to try. */
function order(pool: ServerPool, lost = one): string {
  return pool.after(lost).map(({ tlsName }) => tlsName).join(" ");
}

describe("the servers of a connection", () => {
  test("are the configured ones, then those of INFO, and the lost one last", () => {
    const pool = new ServerPool([one, two], true);
    pool.learn(one, ["one:4222", "three:4222", "two:4222"]);
    expect(order(pool)).toBe("two three one");
    const [learned] = pool.after(one).filter(({ tlsName }) => tlsName === "three");
    expect(order(pool, learned)).toBe("one two three");
  });

  test("are forgotten when they are no longer in INFO, except the configured ones", () => {
    const pool = new ServerPool([one, two], true);
    pool.learn(one, ["three:4222"]);
    const [three] = pool.after(one).filter(({ tlsName }) => tlsName === "three");
    pool.learn(one, ["four:4222"]);
    expect(order(pool)).toBe("two four one");
    expect(order(pool, three)).toBe("one two four");
  });

  test("are kept when a server reports none", () => {
    const pool = new ServerPool([one], true);
    pool.learn(one, ["three:4222"]);
    pool.learn(one, []);
    pool.learn(one);
    expect(order(pool)).toBe("three one");
  });

  test("are tried in random order where they were learned", () => {
    const pool = new ServerPool([one], true);
    pool.learn(one, ["three:4222", "four:4222"]);
    const orders = new Set(Array.from({ length: 100 }, () => order(pool)));
    expect(orders).toEqual(new Set(["three four one", "four three one"]));
  });

  test("are the configured ones only where the cluster is not followed", () => {
    const pool = new ServerPool([one], false);
    pool.learn(one, ["three:4222"]);
    expect([order(pool), pool.hasOther(one)]).toEqual(["one", false]);
  });
});
