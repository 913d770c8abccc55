import { describe, expect, it } from "vitest";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { type SingleServer, singleServer } from "../../chaos/lib/broker.ts";
import { mountSmallDisk } from "../../chaos/lib/small_disk.ts";
import { StoreFiller } from "../../chaos/lib/store_filler.ts";

/** A client of a server, and a stream of its own on it. */
async function openStream({ urls }: SingleServer) {
  const nc = await connect({ servers: [...urls] });
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: "tested", subjects: ["tested"] });
  return {
    stored: async () => (await jsm.streams.info("tested")).state.messages,
    store: () => jetstream(nc).publish("tested", new Uint8Array(4096)),
    [Symbol.asyncDispose]: () => nc.close(),
  };
}

describe("a store that a chaos scenario fills", () => {
  it("up to JetStream's limit refuses messages, and then takes them again", async () => {
    await using server = await singleServer({ storeConfig: "max_file_store: 4MB" });
    await using stream = await openStream(server);
    const filler = await StoreFiller.start(server.urls);
    await expect(stream.store()).rejects.toThrow("insufficient resources");
    await filler[Symbol.asyncDispose]();
    await stream.store();
    expect(await stream.stored()).toBe(1);
  });

  it("on a disk of its own refuses messages, and then takes them again, or says why there is none", async () => {
    const disk = await mountSmallDisk(16);
    if (typeof disk === "string") return expect(disk).not.toBe("");
    await using mounted = disk;
    const { folder, within } = mounted;
    await using server = await singleServer({ storeFolder: folder, within });
    await using stream = await openStream(server);
    await mounted.fill();
    // Newer servers do not respond where older ones say why.
    await expect(stream.store()).rejects.toThrow(/no space left on device|timeout/);
    await mounted.empty();
    await server.away(0, "SIGTERM"); // Newer servers do not go on by themselves.
    await using again = await openStream(server);
    const before = await again.stored();
    await again.store();
    expect(await again.stored()).toBe(before + 1);
  });
});

describe("the server of a chaos scenario", () => {
  it("reads its configuration again while it runs", async () => {
    let limit = 1000;
    await using server = await singleServer({ config: () => `max_payload: ${limit}` });
    const maxPayload = async () => {
      const nc = await connect({ servers: [...server.urls] });
      await using _closing = { [Symbol.asyncDispose]: () => nc.close() };
      return nc.info?.max_payload;
    };
    expect(await maxPayload()).toBe(1000);
    for (limit of [2000, 3000]) {
      await server.reload();
      expect(await maxPayload()).toBe(limit);
    }
  });
});
