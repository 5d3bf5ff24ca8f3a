import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";

/** An engine that runs as a process of its own. */
export interface EngineProcess {
  readonly name: string;
  /** Where it writes what it says. */
  readonly log: string;
  /** Rejects if the process has ended; the message holds the end of its log. */
  readonly mustRun: () => void;
  /** Kills it, and whatever it started, and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs a binary beside a watcher in a process group of their own. The watcher reads from this process until it ends, however it
 * ends (a runner that kills its workers runs no hook of theirs), and then kills the group.
 */
const withWatcher = 'exec 3<&0; (cat <&3 >/dev/null; kill -9 0) & exec "$@" 3<&- </dev/null';

/** Starts a binary that logs to a file, and lives no longer than this process. */
export function startProcess(name: string, binary: string, args: readonly string[], log: string, env: Readonly<Record<string, string>> = {}): EngineProcess {
  const file = openSync(log, "a");
  const child = spawn("sh", ["-c", withWatcher, "sh", binary, ...args], { detached: true, stdio: ["pipe", file, file], env: { ...process.env, ...env } });
  closeSync(file);
  child.stdin?.on("error", () => {}); // a watcher that has gone takes its end of the pipe with it
  const ended = once(child, "exit");
  return {
    name,
    log,
    mustRun() {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended (${child.exitCode ?? child.signalCode}); the end of ${log}:\n${endOf(log)}`);
    },
    async stop() {
      killGroup(child);
      if (child.pid !== undefined) await ended;
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const endOf = (log: string): string => readFileSync(log, "utf8").split("\n").slice(-30).join("\n");

/** Ports of the loopback interface that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(async (server) => (server.close(), await once(server, "close"))));
  return ports;
}

/** Waits until a question has an answer. Rejects with the last word on why not, or as soon as one of the processes ends. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, processes: readonly EngineProcess[], seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    for (const each of processes) each.mustRun();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not after ${seconds} seconds${last === undefined ? "" : ` (${last instanceof Error ? last.message : JSON.stringify(last)})`}`);
}
