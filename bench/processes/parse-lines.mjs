// Parses each line of a file as JSON and drops it: what reading a log costs at least.
import { createReadStream } from "node:fs";

let rest = "";
let count = 0;
for await (const chunk of createReadStream(process.argv[2], { encoding: "utf8", highWaterMark: 512 * 1024 })) {
  const text = rest + chunk;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
    JSON.parse(text.slice(start, end));
    count += 1;
    start = end + 1;
  }
  rest = text.slice(start);
}
process.stdout.write(`${count}\n`);
