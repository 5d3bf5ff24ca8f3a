import { fileURLToPath } from "node:url";
import type { Control } from "../src/dsl/control.ts";
import { loadControls } from "../src/frontend/load-controls.ts";
import { libraryFolder, openProject, typescriptFiles } from "../src/frontend/project.ts";
import type { CheckIr } from "../src/ir/control.ts";
import { lowerControl, newSession } from "../src/lowering/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A control with its check as lowering leaves it, before any pass. */
export interface LoweredControl {
  readonly id: string;
  readonly control: Control;
  readonly check: CheckIr;
}

/** The controls of a folder, lowered. Throws where one has a fault: the folders of the repository have none. */
export function loweredControls(folder: string): LoweredControl[] {
  const files = typescriptFiles(`${root}${folder}`);
  const loaded = loadControls(openProject(files), files, root);
  const session = newSession(root, libraryFolder);
  return loaded.controls.map((control) => {
    const { check, diagnostics } = lowerControl(control, session);
    if (diagnostics.length > 0) throw new Error(`${control.id}: ${diagnostics.map(({ message }) => message).join(" ")}`);
    return { id: control.id, control: control.control, check };
  });
}
