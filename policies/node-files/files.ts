import type { portcullisv1 } from "portcullis";

/** The modes that files may be held to. */
export const modes = ["0400", "0600", "0640", "0644", "0700", "0750"] as const;

/** Whether a mode has no bit that the other one lacks; not one that is unknown. */
export function staysWithin(mode: string | undefined, most: string): boolean {
  if (mode === undefined) return false;
  if (most === "0400") return /^0*[04]00$/.test(mode);
  if (most === "0600") return /^0*[0246]00$/.test(mode);
  if (most === "0640") return /^0*[0246][04]0$/.test(mode);
  if (most === "0644") return /^0*[0246][04][04]$/.test(mode);
  return most === "0700" ? /^0*[0-7]00$/.test(mode) : /^0*[0-7][0145]0$/.test(mode);
}

/** Owner and group of a file, as `chown` takes them. */
export function ownerOf(file: portcullisv1.FileFacts): string {
  return `${file.owner ?? "unknown"}:${file.group ?? "unknown"}`;
}

/** What a message says of a file's mode. */
export function modeOf(file: portcullisv1.FileFacts): string {
  return file.mode ?? "unknown";
}
