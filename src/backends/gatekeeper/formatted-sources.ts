import type { RegoCompiler, RegoFile } from "../opa/rego-compiler.ts";
import type { RegoSource } from "./rego-source.ts";

/** The sources as `opa fmt` writes them. */
export async function formattedSources(compiler: RegoCompiler, sources: ReadonlyMap<string, RegoSource>): Promise<ReadonlyMap<string, RegoSource>> {
  const files = [...sources].flatMap(([id, { library, rego }]): readonly RegoFile[] => [{ path: `${id}/template.rego`, text: rego }, ...(library === undefined ? [] : [{ path: `${id}/lib.rego`, text: library }])]);
  const { errors, formatted } = await compiler.format(files);
  // The author cannot have caused this: what lowering lets through, the printer must be able to say.
  if (errors.length > 0) throw new Error(`OPA refuses the emitted Rego: ${errors.map(({ path, line, column, message }) => `${path}:${line}:${column} ${message}`).join("; ")}`);
  const texts = new Map(formatted.map(({ path, text }) => [path, text]));
  return new Map(
    [...sources].map(([id, { library, rego }]) => [id, { rego: texts.get(`${id}/template.rego`) ?? rego, ...(library === undefined ? {} : { library: texts.get(`${id}/lib.rego`) ?? library }) }]),
  );
}
