import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startedServer } from "../support.ts";

/** Sends bytes to a server, and returns the status lines of its responses. */
async function statusesOf(port: number, ...requests: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {}); // The server may close before it has read all.
  for (const request of requests) socket.write(request);
  let text = "";
  socket.on("data", (chunk) => text += String(chunk));
  await new Promise((resolve) => socket.once("close", resolve));
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status).join();
}

const POST = "content-type: application/json\r\ncontent-length: ";

test("odd requests are refused with 4xx, reported as no problem, and the next one is served", async () => {
  const notices: string[] = [];
  const { server } = await startedServer({ onNotice: (notice) => notices.push(notice) });
  const { port, url } = await server.listen();
  const odd: [line: string, fields?: string, body?: string][] = [
    ["GET //evil.test/x HTTP/1.1"],
    ["GET http://evil.test/x HTTP/1.1"],
    ["GET /resources/%zz/%c0%af HTTP/1.1"],
    ["GET /resources/a%00/b HTTP/1.1"],
    ["GET /resources/%E0%A4%A/b/../c HTTP/1.1"],
    ["DELETE /resources/%ff/%fe HTTP/1.1"],
    ["PROPFIND /resources HTTP/1.1"],
    ["PATCH /pipelines/ HTTP/1.1"],
    ["FOO / HTTP/1.1"],
    ["TRACE /health HTTP/1.1"],
    ["OPTIONS * HTTP/1.1"],
    ["GET /health HTTP/1.1", `x: ${"y".repeat(100_000)}\r\n`],
    ...["", "{", "[]", "null", '"text"', "\0", "\ufeff{}", "[".repeat(2000)].map(
      (body): [string, string, string] => [
        "POST /resources/ HTTP/1.1",
        `${POST}${new TextEncoder().encode(body).length}\r\n`,
        body,
      ],
    ),
    ["POST /resources/ HTTP/1.1", "content-length: 2\r\n", "{}"],
    ["POST /logs HTTP/1.1", `${POST}2\r\n`, "{}"],
    ["POST /drivers/broadcast-message HTTP/1.1", `${POST}4\r\n`, "null"],
    ["PUT /resource-definitions/a HTTP/1.1", `${POST}3\r\n`, "nul"],
  ];
  for (const [line, fields = "", body = ""] of odd) {
    const head = `${line}\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n${fields}\r\n`;
    expect(await statusesOf(port, head, body), `${line} ${body.slice(0, 10)}`).toMatch(/^4\d\d$/);
  }
  expect(notices).toEqual([]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});
