import { decimal } from "../intrinsics.ts";

/**
 * A version as one whole number, so that versions compare with `<`: 1.9 is below 1.10. One to three parts with a `v` before
 * them or not; missing parts are 0, and what follows `-` or `+` (a vendor's build) does not count. Absent for what is no
 * version, such as `latest`.
 */
export function versionNumber(version: string): number | undefined {
  if (!/^v?[0-9]{1,5}(\.[0-9]{1,5}){0,2}([-+][0-9A-Za-z.+-]*)?$/.test(version)) return undefined;
  const release = version.split("+")[0] ?? "";
  const core = release.split("-")[0] ?? "";
  const parts = core.split("v").join("").split(".");
  return decimal(parts[0] ?? "0") * 10_000_000_000 + decimal(parts[1] ?? "0") * 100_000 + decimal(parts[2] ?? "0");
}
