import { defineConfig } from "vitest/config";

/** `npm run test:site`: not a part of `npm test`, because it needs the built site and a browser. */
export default defineConfig({
  test: { include: ["tests/site/*.test.ts"], testTimeout: 120_000, hookTimeout: 300_000 },
});
