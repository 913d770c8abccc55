// A webhook at the edge: a push to a repository becomes a run of the pipeline "ci" (see ../ci).

import { ConflictError, createClient } from "@conveyor/driver/client";

export default {
  /** Answers a Git host's webhook with the id of the run that it has started. */
  async fetch(request, env) {
    if (request.method !== "POST") return new Response("POST a webhook here\n", { status: 405 });
    const body = await request.arrayBuffer();
    const signature = request.headers.get("x-hub-signature-256") ?? "";
    if (!await isSigned(body, signature, env.WEBHOOK_SECRET)) {
      return new Response("the signature is missing or wrong\n", { status: 401 });
    }
    const { ref, after: commit, deleted, repository } = JSON.parse(new TextDecoder().decode(body));
    const [, branch] = /^refs\/heads\/(.+)$/.exec(ref ?? "") ?? [];
    if (!branch || deleted) return new Response("nothing to build\n");

    const client = createClient({ url: env.CONVEYOR_SERVER_URL, credentials: false });
    const resource = {
      name: `${repository.name}-${commit.slice(0, 12)}`,
      resource: "build",
      pipeline: "ci",
      spec: {
        url: repository.clone_url,
        ref: branch,
        steps: [{ name: "test", run: "make test" }],
        image: { name: repository.name },
      },
    };
    try {
      const { name, runId } = await client.createResource(resource);
      return Response.json({ name, runId }, { status: 202 });
    } catch (error) {
      // The host has called before, and has not had the answer.
      if (error instanceof ConflictError) return Response.json({ name: resource.name });
      throw error;
    }
  },
};

/** Whether a body has the signature `sha256=…` of the secret; compared in constant time. */
async function isSigned(body, signature, secret) {
  const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (!hex || !secret) return false;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const encoded = new TextEncoder().encode(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoded, algorithm, false, ["verify"]);
  return await crypto.subtle.verify("HMAC", key, bytes, body);
}
