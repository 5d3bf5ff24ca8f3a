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
  // By itself Vitest leaves one core idle, which is half of two. The search for cases makes many small objects that are soon
  // forgotten: with more room for those, V8 spends a fifth less of all its time.
  test: { include: ["test/**/*.test.ts"], exclude: ["test/engines/**"], isolate: false, maxWorkers: "100%", execArgv: ["--max-semi-space-size=64"] },
});
