import { execFile } from "node:child_process";
import { engineBinary } from "../engine.ts";

/** One row of what `kyverno test` says: what was expected of an object, and whether it came so. */
export interface TestRow {
  readonly policy: string;
  readonly kind: string;
  readonly name: string;
  /** `Pass` also of rows that say nothing: see `reason`. */
  readonly result: string;
  /** `Ok` where the policy judged the object and said what the row expects; `Excluded` and others are no verdict. */
  readonly reason: string;
  /** The policy's own message. */
  readonly message: string;
}

/** Runs every test of Kyverno's format under a folder. Rejects where there is none, or one fails, with what was printed. */
export async function kyvernoTest(folder: string): Promise<readonly TestRow[]> {
  const binary = await engineBinary("kyverno");
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(binary, ["test", folder, "--output-format", "json", "--detailed-results", "--remove-color", "--require-tests"], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`kyverno test failed: ${stdout.slice(-4000)}${stderr}`));
    });
  });
  // One list for each test file, between lines for people.
  return [...printed.matchAll(/^\[$[^]*?^\]$/gm)].flatMap(([text]) => (JSON.parse(text) as Readonly<Record<string, string>>[]).map(rowOf));
}

function rowOf({ POLICY: policy = "", RESOURCE: resource = "", RESULT: result = "", REASON: reason = "", Message: message = "" }: Readonly<Record<string, string>>): TestRow {
  const [name = "", , kind = ""] = resource.split("/").reverse();
  return { policy, kind, name, result, reason, message };
}
