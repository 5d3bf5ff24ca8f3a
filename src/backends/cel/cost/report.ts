import { type CostBounds, elementsWithin, type PolicyCost } from "./policy-cost.ts";

/**
 * The requests for which costs are reported, and for which every emitted policy has to keep to the limits: 100 elements in the
 * lists and maps that it walks, texts of 256 characters, as long as a reference to an image with its digest gets.
 */
export const reportedBounds: CostBounds = { elements: 100, text: 256 };

/** A request of 3 MiB, the most that the API server reads, has room for 30 bytes in each of as many elements. */
export const mostElements = 100_000;

/** What the capability report says of a policy's cost, in units of CEL. */
export interface CostReport {
  /** What the engine grants, for one expression and for everything that a request has evaluated. */
  readonly limits: PolicyCost;
  readonly bounds: CostBounds;
  /** The most that the dearest expression costs within the bounds, and the most that everything does. */
  readonly expression: number;
  readonly policy: number;
  /** How many elements stay within the limits for certain, with texts of that length. */
  readonly elements: number;
}

/** The report of a cost under the limits of an engine. */
export function costReport(cost: (elements: number) => PolicyCost, limits: PolicyCost): CostReport {
  return { limits, bounds: reportedBounds, ...cost(reportedBounds.elements), elements: elementsWithin(cost, limits, mostElements) };
}

/** What exceeds the limits within the bounds, as the end of `… cannot express`; undefined where nothing does. */
export function excessOf({ bounds, elements, expression, limits, policy }: CostReport): string | undefined {
  const [what, cost, limit] = expression > limits.expression ? ["an expression", expression, limits.expression] : ["a policy", policy, limits.policy];
  if (cost <= limit) return undefined;
  return `${what} of up to ${cost.toLocaleString("en")} units, where ${limit.toLocaleString("en")} are granted, for ${bounds.elements} elements of the lists that it walks and texts of ${bounds.text} characters (up to ${elements.toLocaleString("en")} elements are certain)`;
}
