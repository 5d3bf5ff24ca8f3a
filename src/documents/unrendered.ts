import { basename, dirname } from "node:path";
import { helmChartOf } from "./helm.ts";
import { Kustomizations } from "./kustomize.ts";
import { fileError, noteItem, type ReadItem } from "./read-item.ts";

/** Keeps, for one run, the files that wait for Helm or Kustomize: they are no manifests before those have rendered them. */
export class Unrendered {
  readonly #kustomizations = new Kustomizations();
  /** Charts and kustomizations that have been told of: one command renders all of their files. */
  readonly #told = new Set<string>();

  /** What there is to say instead of reading a file, or undefined for a file to be read. */
  insteadOf(file: string, text: string): readonly ReadItem[] | undefined {
    const chart = text.includes("{{") ? helmChartOf(file) : undefined;
    if (chart !== undefined) return this.#once(chart, () => fileError(file, "This is a template of a Helm chart that is not rendered: none of the chart's templates was judged.", `Render the chart and pipe the result: helm template ${chart} | portcullis check -`));
    if (file === "-") return undefined;
    const kustomization = this.#kustomizations.patching(file);
    if (kustomization !== undefined) return this.#once(kustomization.file, () => fileError(file, `This is a patch of ${kustomization.file}, and no whole object: none of its patches was judged.`, renderAdvice(kustomization.folder)));
    if (/^kustomization\.ya?ml$/.test(basename(file))) return [noteItem(file, `What this file adds to the objects around it, and changes in them, was not judged. ${renderAdvice(dirname(file))}`, 1)];
    return undefined;
  }

  #once(name: string, item: () => ReadItem): readonly ReadItem[] {
    if (this.#told.has(name)) return [];
    this.#told.add(name);
    return [item()];
  }
}

const renderAdvice = (folder: string): string => `Render it and pipe the result: kubectl kustomize ${folder} | portcullis check -`;
