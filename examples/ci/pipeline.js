import { createPipeline } from "@conveyor/driver";
import { clone } from "./drivers/clone.js";
import { commands } from "./drivers/commands.js";
import { image } from "./drivers/image.js";

export const drivers = /** @type {const} */ ([clone, commands, image]);

export const pipeline = createPipeline({
  name: "ci",
  description: "Clones, runs the steps, builds the image",
  steps: drivers,
});

const text = { type: "string", minLength: 1 };

/** The resource type: what the server checks each resource by. */
export const definition = {
  name: "build",
  description: "A repository to build",
  version: "1.0.0",
  schema: {
    type: "object",
    required: ["url", "steps", "image"],
    properties: {
      url: text,
      ref: { type: "string", pattern: "^[\\w./-]+$" },
      steps: {
        type: "array",
        items: { type: "object", required: ["name", "run"], properties: { name: text, run: text } },
      },
      image: { type: "object", required: ["name"], properties: { name: text, dockerfile: text } },
    },
  },
};
