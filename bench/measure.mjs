import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, scratch } from "./scratch.mjs";

/** A command that has run this long, in seconds of all its runs together, is not run again: one run of minutes says enough. */
const enough = 100;

/**
 * Runs commands in turn, A B C A B C, so that a machine that grows slower is unfair to none, and gives the median of each.
 *
 * @param commands by name: `{ run: [program, …arguments], codes: exit codes that are no failure, env, cwd }`
 * @param runs how often each is run; slow ones less often
 * @returns by name: `{ cpu, wall, memory, runs }`: seconds of user and system time, seconds, bytes at the peak
 */
export async function measureInTurn(commands, runs) {
  const samples = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const [name, command] of Object.entries(commands)) {
      const own = samples.get(name);
      if (own.reduce((sum, { wall }) => sum + wall, 0) > enough) continue;
      own.push(await measureOnce(command));
      process.stderr.write(`  ${name}, run ${own.length}: ${own.at(-1).cpu.toFixed(2)} CPU s\n`);
    }
  }
  return Object.fromEntries([...samples].map(([name, own]) => [name, { cpu: median(own, "cpu"), wall: median(own, "wall"), memory: median(own, "memory"), runs: own.length }]));
}

/** Runs a command once as a process of its own, its output going nowhere, and reads what it used from GNU time. */
async function measureOnce({ run, codes = [0], env = {}, cwd = root }) {
  mkdirSync(scratch, { recursive: true });
  const usage = join(scratch, `usage-${process.pid}`);
  const errors = join(scratch, `stderr-${process.pid}`);
  const stderr = openSync(errors, "w");
  const child = spawn(gnuTime(), ["--quiet", "--output", usage, "--format", "%e %U %S %M", ...run], { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", stderr] });
  const code = await new Promise((done, failed) => child.on("error", failed).on("close", done));
  closeSync(stderr);
  if (!codes.includes(code)) throw new Error(`${run.join(" ")} exited with ${code}: ${readFileSync(errors, "utf8").slice(0, 2000)}`);
  const [wall, user, system, kilobytes] = readFileSync(usage, "utf8").trim().split(" ").map(Number);
  return { wall, cpu: user + system, memory: kilobytes * 1024 };
}

const gnuTime = () => {
  const path = "/usr/bin/time";
  if (!existsSync(path) || !/GNU/.test(spawnSync(path, ["--version"], { encoding: "utf8" }).stdout)) throw new Error("The benchmarks read CPU time and memory from GNU time, which is not at /usr/bin/time. On Debian: apt-get install time.");
  return path;
};

/** Runs a command and gives what it printed. Throws where it fails. */
export function outputOf({ run, codes = [0], env = {}, cwd = root }) {
  const { status, stdout, stderr, error } = spawnSync(run[0], run.slice(1), { cwd, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 30 });
  if (error !== undefined) throw error;
  if (!codes.includes(status)) throw new Error(`${run.join(" ")} exited with ${status}: ${(stderr || stdout).slice(0, 2000)}`);
  return stdout;
}

function median(samples, key) {
  const sorted = samples.map((sample) => sample[key]).sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
