/** What a test of a control calls: `import { judge } from "portcullis/testing"`. */
export { judge, type Request } from "./plain/judge.ts";
export { compareViolations, formatPath, type Violation } from "./plain/violation.ts";
