import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** How many bytes are read at a time. */
const chunkSize = 512 * 1024;

/** The file is compressed in a way that is not read here. */
export class UnreadableFormat extends Error {
  /** What to do. */
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}

/** How compressed files begin that are not read here, and what unpacks them. */
const others: readonly { readonly name: string; readonly start: readonly number[]; readonly command: string }[] = [
  { name: "zstd", start: [0x28, 0xb5, 0x2f, 0xfd], command: "zstd -dc" },
  { name: "xz", start: [0xfd, 0x37, 0x7a, 0x58], command: "xz -dc" },
  { name: "bzip2", start: [0x42, 0x5a, 0x68], command: "bzip2 -dc" },
  { name: "zip", start: [0x50, 0x4b, 0x03, 0x04], command: "unzip -p" },
];

/** The bytes of a file. Rejects where it cannot be read. */
export const fileBytes = (file: string): AsyncIterable<Buffer> => createReadStream(file, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>;

/**
 * The bytes themselves, or what they hold where they are gzip, whatever the file is called. A rotated log may hold several gzip
 * members, which are read as one. Rejects with `UnreadableFormat` for another compression, and where gzip is damaged.
 */
export async function* unpacked(bytes: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer, void, undefined> {
  const iterator = buffers(bytes)[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < 4) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  const other = others.find((each) => each.start.every((byte, index) => start[index] === byte));
  if (other !== undefined) throw new UnreadableFormat(`The file is compressed with ${other.name}, and only gzip is read here.`, `Unpack it first: ${other.command} FILE | portcullis check --events -`);
  const whole = joined(start, iterator);
  if (start[0] !== 0x1f || start[1] !== 0x8b) yield* whole;
  else {
    const gunzip = createGunzip({ chunkSize });
    const source = Readable.from(whole);
    source.on("error", (error) => gunzip.destroy(error));
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  }
}

async function* buffers(bytes: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function* joined(start: Buffer, rest: AsyncGenerator<Buffer, void, undefined>): AsyncGenerator<Buffer, void, undefined> {
  if (start.length > 0) yield start;
  yield* rest;
}
