import { connectBroker } from "../../src/transport/connect.ts";

/** Receives a message from a consumer, publishes it on a stream, and responds with what it has received. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const param = (name: string) => searchParams.get(name) ?? "";
    const refused = await connectBroker({ servers: ["nats://127.0.0.1:1"] }).catch(String);
    await using connection = await connectBroker({ servers: [param("server")] });
    const found = await connection.consumerInfo(param("stream"), param("durable"));
    const text = await new Promise<string>((resolve, reject) => {
      const pulling = connection.pull(param("stream"), param("durable"), {
        async onMessage(delivery) {
          await connection.publishConfirmed(param("results"), delivery.data, { messageId: "1" });
          const acked = await delivery.ackConfirmed();
          await (await pulling).stop();
          resolve(`${new TextDecoder().decode(delivery.data)} ${acked}`);
        },
        onLost: reject,
      });
      pulling.then((pull) => pull.demand(1), reject);
    });
    return Response.json({ text, refused, pending: found?.pending });
  },
};
