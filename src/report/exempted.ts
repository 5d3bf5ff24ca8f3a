import type { Exemption } from "../backends/rollout.ts";
import type { CheckResult } from "../evaluate/result.ts";

/** How many violations of a control one exemption covers. */
export interface ExemptedRow {
  readonly control: string;
  readonly exemption: Exemption;
  readonly count: number;
}

/** Counts what is exempted by control and exemption, so that a report can say why without a line for each violation. */
export class ExemptedTally {
  readonly #counts = new Map<Exemption, Map<string, number>>();

  add({ exempted }: CheckResult): void {
    for (const { control, exemption } of exempted) {
      const counts = this.#counts.get(exemption) ?? new Map<string, number>();
      this.#counts.set(exemption, counts.set(control, (counts.get(control) ?? 0) + 1));
    }
  }

  /** In the order in which they first came up. */
  rows(): ExemptedRow[] {
    return [...this.#counts].flatMap(([exemption, counts]) => [...counts].map(([control, count]) => ({ control, exemption, count })));
  }
}

/** Why something is exempt, and until when. */
export const exemptionReason = ({ reason, ticket, expires }: Exemption): string => {
  const known = [ticket, expires === undefined ? undefined : `until ${expires}`].filter((part) => part !== undefined).join(", ");
  return known === "" ? reason : `${reason} (${known})`;
};
