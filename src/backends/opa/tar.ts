const BLOCK = 512;

/**
 * One regular file out of an uncompressed tar archive (ustar), or undefined where the archive has no such name. OPA's
 * bundles hold short names only, so the extensions for long ones are not read. A leading "/" or "./" does not count.
 */
export function readTarFile(archive: Uint8Array, name: string): Uint8Array | undefined {
  for (let offset = 0; offset + BLOCK <= archive.length; ) {
    const header = archive.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) return undefined;
    const size = Number.parseInt(textOf(header, 124, 12), 8);
    if (!Number.isSafeInteger(size)) throw new Error(`not a tar archive: no size in the header at byte ${offset}`);
    const type = textOf(header, 156, 1);
    const start = offset + BLOCK;
    if ((type === "0" || type === "") && bare(textOf(header, 0, 100)) === bare(name)) return new Uint8Array(archive.subarray(start, start + size));
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

const bare = (name: string): string => name.replace(/^\.?\//, "");

/** A header field: it ends at its first NUL or at its width. */
function textOf(header: Uint8Array, start: number, width: number): string {
  const field = header.subarray(start, start + width);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
