/** What a test of a control calls: `import { judge } from "portcullis/testing"`. */
export { judge, type Request } from "./evaluate/plain.ts";
export { compareViolations, formatPath, type Violation } from "./evaluate/violation.ts";
