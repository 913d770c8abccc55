import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A message that a client published. */
export interface Published {
  readonly subject: string;
  readonly reply: string;
  /** Sends the client a message on its subscription that the reply subject belongs to. */
  answer(subject: string, reply: string, data: string): void;
}

/** A server that speaks just enough of NATS to misbehave as a real one rarely does. It answers every ping. */
export interface ScriptedNats extends AsyncDisposable {
  readonly url: string;
}

const INFO = {
  server_id: "scripted",
  version: "2.11.0",
  headers: true,
  max_payload: 1 << 20,
  proto: 1,
};

/** Starts a server that calls `onPublish` for whatever clients publish. */
export async function startScriptedNats(
  onPublish: (message: Published) => void,
  greeting = `INFO ${JSON.stringify(INFO)}\r\n`,
): Promise<ScriptedNats> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.write(greeting);
    const subscriptions = new Map<string, string>();
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const [command, ...args] = text.slice(0, end).split(" ");
        text = text.slice(end + 2);
        if (command === "PING") socket.write("PONG\r\n");
        if (command === "SUB") subscriptions.set(args[0]!.replace(/\*$/, ""), args.at(-1)!);
        if (command !== "PUB" && command !== "HPUB") continue;
        text = text.slice(Number(args.at(-1)) + 2);
        const inbox = args[1] ?? "";
        onPublish({
          subject: args[0]!,
          reply: inbox,
          answer(subject, reply, data) {
            const sid = subscriptions.get(inbox.slice(0, inbox.lastIndexOf(".") + 1));
            socket.write(
              `MSG ${subject} ${sid}${reply && ` ${reply}`} ${data.length}\r\n${data}\r\n`,
            );
          },
        });
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
