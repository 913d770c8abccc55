// An HTTPS server that asks for a client's certificate. Arguments: its certificate, its key, the authority of clients.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [cert, key, ca] = process.argv.slice(2).map((file) => readFileSync(file));

const entry = (message, second) =>
  `data: ${
    JSON.stringify({
      runid: "r1",
      driver: "d",
      pipeline: "",
      timestamp: `2026-01-01T00:00:0${second}.1Z`,
      message,
    })
  }\n\n`;

const server = createServer(
  { cert, key, ca, requestCert: true, rejectUnauthorized: true },
  async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const json = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const { method, url } = request;
    if (url === "/health") {
      return json(200, {
        status: request.socket.getPeerCertificate().subject.CN,
        time: "",
      });
    }
    const status = /^\/status\/(\d+)/.exec(url)?.[1];
    if (status) {
      return request.socket.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 3\r\n\r\nodd`);
    }
    if (method === "POST") return json(201, JSON.parse(body));
    if (method === "DELETE") return response.writeHead(204).end();
    if (url === "/logs/pipeline/r1") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(entry("one", 1));
      return response.write(entry("two", 2));
    }
    if (url.startsWith("/logs")) return json(200, []);
    return json(500, { error: "not found" });
  },
);
server.listen(0, "localhost", () => console.log(server.address().port));
