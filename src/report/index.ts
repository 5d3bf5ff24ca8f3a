import { githubReporter } from "./github.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import { markdownReporter } from "./markdown.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { sarifReporter } from "./sarif.ts";
import { textReporter } from "./text.ts";

/** What makes a reporter of each format. */
export const reporters = {
  text: textReporter,
  json: jsonReporter,
  sarif: ({ cwd }) => sarifReporter(cwd),
  junit: junitReporter,
  github: githubReporter,
  markdown: markdownReporter,
} as const satisfies Record<string, (options: ReporterOptions) => Reporter>;

export type Format = keyof typeof reporters;
export type { Reporter, ReporterOptions, Run } from "./reporter.ts";
