import { testCalls } from "../support/call_cases.ts";

const DEFINITION = {
  id: "",
  name: "workflow",
  description: "",
  version: "",
  schema: { type: "object" },
};

testCalls({
  createResourceDefinition: {
    call: (client) =>
      client.createResourceDefinition({ name: "workflow", schema: { type: "object" } }),
    sends: ["POST", "/resource-definitions/", DEFINITION],
    response: { status: 201, body: { ...DEFINITION, id: "d1" } },
    returns: { ...DEFINITION, id: "d1" },
  },
  createOrUpdateResourceDefinition: {
    call: (client) => client.createOrUpdateResourceDefinition(DEFINITION),
    sends: ["POST", "/resource-definitions/apply", DEFINITION],
    response: { status: 201, body: DEFINITION },
    returns: DEFINITION,
  },
  getResourceDefinition: {
    call: (client) => client.getResourceDefinition("workflow"),
    sends: ["GET", "/resource-definitions/workflow"],
    response: { body: DEFINITION },
    returns: DEFINITION,
  },
  updateResourceDefinition: {
    call: (client) => client.updateResourceDefinition(DEFINITION),
    sends: ["PUT", "/resource-definitions/workflow", DEFINITION],
    response: { body: DEFINITION },
    returns: DEFINITION,
  },
  deleteResourceDefinition: {
    call: (client) => client.deleteResourceDefinition("workflow"),
    sends: ["DELETE", "/resource-definitions/workflow"],
    response: { status: 204 },
    returns: undefined,
  },
});
