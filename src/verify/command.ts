import { execFile } from "node:child_process";

/** What a command printed and how it ended; `code` is null where there is no such command or it was killed. */
export interface CommandOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Never rejects: a command that cannot run has no code, and says why on `stderr`. */
export function runCommand(command: string, args: readonly string[], cwd?: string): Promise<CommandOutput> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { maxBuffer: 1 << 30, ...(cwd === undefined ? {} : { cwd }) }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else resolve({ code: typeof error.code === "number" ? error.code : null, stdout, stderr: stderr === "" && stdout === "" ? error.message : stderr });
    });
    // gator reads manifests from a standard input that stays open, and waits for them.
    child.stdin?.end();
  });
}
