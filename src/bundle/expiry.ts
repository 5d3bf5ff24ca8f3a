import type { ExemptionEntry, Target, TargetFault } from "./target.ts";

/** A day in UTC as `2027-03-31`. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** How many days before its last one an exemption is mentioned. */
const noticeDays = 30;

/** The exemptions that held until a day before today. Each is a fault: what it exempted would turn into violations unannounced, or go on unseen. */
export function expiredExemptions({ spec }: Target, today: string): TargetFault[] {
  return dated(spec, (expires) => expires < today, (entry, expires) => `The exemption of ${what(entry)} expired: ${expires} was its last day, ${ago(daysBetween(expires, today))}. Renew it with a later date, or remove it.`);
}

/** The exemptions that still hold, but for less than a month. */
export function expiringExemptions({ spec }: Target, today: string): TargetFault[] {
  const soon = (expires: string): boolean => expires >= today && daysBetween(today, expires) < noticeDays;
  return dated(spec, soon, (entry, expires) => `The exemption of ${what(entry)} expires soon: ${expires} is its last day.`);
}

function dated({ exemptions = [] }: Target["spec"], is: (expires: string) => boolean, message: (entry: ExemptionEntry, expires: string) => string): TargetFault[] {
  return exemptions.flatMap((entry, index): TargetFault[] => {
    const { expires } = entry;
    return expires === undefined || !is(expires) ? [] : [{ path: ["spec", "exemptions", index, "expires"], at: "value", message: message(entry, expires) }];
  });
}

const what = ({ controls, namespaces, owner, ticket }: ExemptionEntry): string => {
  const known = [ticket, owner].filter((part) => part !== undefined).join(", ");
  return `${controls.join(", ")} in ${namespaces.join(", ")}${known === "" ? "" : ` (${known})`}`;
};

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

const ago = (days: number): string => (days === 1 ? "yesterday" : `${days} days ago`);
