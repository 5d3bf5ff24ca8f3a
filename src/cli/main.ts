import { processIo } from "./io.ts";
import { run } from "./program.ts";

// Exit code 1 stands for violations, so a bug of ours must not end in it, as an uncaught error would.
try {
  const code = await run(process.argv.slice(2), processIo());
  if (code !== 0) process.exitCode = code;
} catch (error) {
  process.stderr.write(`This is a bug in portcullis. ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
