import { decimal } from "../intrinsics.ts";

/**
 * A duration in seconds, as Go writes it: `"1h30m"` is 5400, `"300ms"` is 0.3. Whole for whole seconds. Each unit may appear
 * once, the larger before the smaller. Absent for what is no duration or is negative. Source: Go's time.ParseDuration.
 */
export function durationInSeconds(duration: string): number | undefined {
  if (duration === "0") return 0;
  if (duration === "" || !/^([0-9]+(\.[0-9]+)?h)?([0-9]+(\.[0-9]+)?m)?([0-9]+(\.[0-9]+)?s)?([0-9]+(\.[0-9]+)?ms)?([0-9]+(\.[0-9]+)?(us|µs))?([0-9]+(\.[0-9]+)?ns)?$/.test(duration)) return undefined;
  const spaced = duration.split("h").join("h ").split("m").join("m ").split("s").join("s ").split("m s").join("ms");
  const parts = spaced.split(" ");
  const whole = amount(parts, "h") * 3600 + amount(parts, "m") * 60 + amount(parts, "s");
  const fraction = amount(parts, "ms") * decimal("0.001") + (amount(parts, "us") + amount(parts, "µs")) * decimal("0.000001") + amount(parts, "ns") * decimal("0.000000001");
  return whole + fraction;
}

/** The number of a unit among parts such as `30m`; 0 when the unit is not there. */
function amount(parts: readonly string[], unit: string): number {
  const part = parts.find((candidate) => candidate.endsWith(unit) && /^[0-9.]+$/.test(candidate.split(unit)[0] ?? ""));
  return decimal(part?.split(unit)[0] ?? "0");
}
