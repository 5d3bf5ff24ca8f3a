import type { Reporter, ReporterOptions } from "./reporter.ts";

/** What loads the reporter of each format; a run needs one of them only. */
const reporters = {
  text: async (options) => (await import("./text.ts")).textReporter(options),
  json: async () => (await import("./json.ts")).jsonReporter(),
  sarif: async ({ cwd }) => (await import("./sarif.ts")).sarifReporter(cwd),
  junit: async () => (await import("./junit.ts")).junitReporter(),
  github: async () => (await import("./github.ts")).githubReporter(),
  markdown: async () => (await import("./markdown.ts")).markdownReporter(),
} as const satisfies Record<string, (options: ReporterOptions) => Promise<Reporter>>;

export type Format = keyof typeof reporters;
export type { Reporter, ReporterOptions, Run } from "./reporter.ts";

/** The formats that a report can have. */
export const formats = Object.keys(reporters) as readonly Format[];

/** A reporter for one run. */
export function createReporter(format: Format, options: ReporterOptions): Promise<Reporter> {
  return reporters[format](options);
}
