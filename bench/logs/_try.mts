import { connect } from "@nats-io/transport-node";
import { jetstream } from "@nats-io/jetstream";
import { headers as mkHeaders } from "@nats-io/nats-core";
import { openBenchWorld, clear } from "/work/main/bench/world.ts";
import { connectBroker, } from "/work/main/src/transport/connect.ts";
import { conveyorSink } from "/work/main/src/logger/conveyor_sink.ts";
import { createLogger } from "/work/main/src/logger/create_logger.ts";
const N = 50_000;
const world = await openBenchWorld();
const nc = await connect({ servers: world.url, noAsyncTraces: true });
const js = jetstream(nc);
const lines = Array.from({length: N}, (_, i) => `step ${i}: compiling module ${i % 997} of the application, 132 files done, 4 warnings`);
const enc = new TextEncoder();
const encode = (i: number) => enc.encode(JSON.stringify({runid:"run-1",driver:"deploy",pipeline:"release",timestamp:"2026-11-23T18:20:01.123456789Z",message:lines[i]}));
async function A(opts: any = {}) {
  let next = 0; 
  const worker = async () => { while (next < N) { const i = next++; const b = encode(i); await js.publish("logs.run-1", b, opts.id ? {msgID: "abcdef."+i} : undefined); if (opts.live) nc.publish("live.logs.run-1.deploy", b); } };
  await Promise.all(Array.from({length: 512}, worker));
}
async function B(opts: any = {}) {
  const inbox = "_INBOX.bench" + Math.random().toString(36).slice(2);
  let acked = 0, sent = 0; let done!: () => void; const all = new Promise<void>(r => done = r);
  let wake: (() => void) | undefined;
  const sub = nc.subscribe(inbox + ".*", { callback: (_e, m) => { const t = m.string(); if (!t.includes('"seq"')) throw new Error(t); acked++; if (wake && sent - acked < 512) {const w = wake; wake = undefined; w(); } if (acked === N) done(); } });
  while (sent < N) {
    while (sent < N && sent - acked < 512) { const b = encode(sent); const h = opts.id ? mkHeaders() : undefined; h?.set("Nats-Msg-Id", "abcdef."+sent); nc.publish("logs.run-1", b, { reply: inbox + "." + sent, ...(h && {headers: h}) }); if (opts.live) nc.publish("live.logs.run-1.deploy", b); sent++; }
    if (sent < N) await new Promise<void>(r => wake = r);
  }
  await all; sub.unsubscribe();
}
const conn = await connectBroker({ servers: [world.url] });
async function S(opts: any = {}) {
  const logger = createLogger({ driver: "deploy", runId: "run-1", pipeline: "release", sinks: [conveyorSink({ connection: conn, live: opts.live ?? true })], ...(opts.secrets && {secrets: ["hunter2-hunter2", "another-secret-of-mine-0123456789"]}) });
  for (let i = 0; i < N; i++) { logger.info(lines[i]); if (i % 1000 === 0) await Promise.resolve(); }
  await logger.flush();
  const s = logger.stats()[0]; if (s.stored !== N) throw new Error(JSON.stringify(s));
}
const variants: [string, () => Promise<void>][] = [["A js.publish", () => A()], ["A+live", () => A({live:true})], ["B raw", () => B()], ["B+live", () => B({live:true})], ["B+id", () => B({id:true})], ["SDK nolive", () => S({live:false})], ["SDK", () => S()], ["SDK secrets", () => S({secrets:true})]];
const res = new Map<string, number[]>();
for (let r = 0; r < 5; r++) for (const [n, f] of variants) { await clear(world); const t = performance.now(); await f(); const rate = N / (performance.now() - t) * 1000; if (r) (res.get(n) ?? res.set(n, []).get(n)!).push(rate); }
for (const [n, v] of res) console.log(n.padEnd(14), Math.round(v.sort((a,b)=>a-b)[v.length>>1]), v.map(Math.round).join(" "));
await nc.close(); await conn.close(); await world[Symbol.asyncDispose]();
