import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `npm test`: everything that needs Node alone. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^portcullis\/testing$/, replacement: source("./src/testing.ts") },
      { find: /^portcullis$/, replacement: source("./src/dsl/index.ts") },
    ],
  },
  // What many files compile alike is compiled once for each worker; no test leaves anything behind that another would see.
  // By itself Vitest leaves one core idle, which is half of two.
  test: { include: ["test/**/*.test.ts"], exclude: ["test/engines/**"], isolate: false, maxWorkers: "100%" },
});
