import type { Control } from "../dsl/control.ts";
import type { Catalogue, Engine } from "./engine.ts";
import { judge } from "../plain/judge.ts";
import { compareViolations } from "../plain/violation.ts";

/** Runs the controls' own TypeScript: for an author who has just edited one, and as the oracle of every backend. */
export function plainEngine(controls: readonly { readonly id: string; readonly control: Control }[], catalogue: Catalogue): Engine {
  return {
    catalogue,
    prepare: (settings, others) => {
      const running = controls.filter(({ id }) => settings.controls[id] === true);
      return {
        judge: (object) => {
          try {
            const judged = running.flatMap(({ id, control }) => judge(control, id, { object, ...(others === undefined ? {} : { others }), kubernetesMinor: settings.kubernetesMinor, ...(settings.parameters[id] === undefined ? {} : { parameters: settings.parameters[id] }) }));
            return { violations: judged.sort(compareViolations) };
          } catch (error) {
            return { fault: `This document could not be judged: ${error instanceof Error ? error.message : String(error)}.` };
          }
        },
      };
    },
  };
}
