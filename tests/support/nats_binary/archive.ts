import { gunzipSync, inflateRawSync } from "node:zlib";

/** Signatures and sizes of a zip's records. */
const END = 0x06054b50;
const END_SIZE = 22;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const DEFLATED = 8;

/** The unit of a tar archive. */
const BLOCK = 512;

/** The contents of the file of that name in a zip archive, in whichever folder. A wheel is one. */
export function fileInZip(archive: Uint8Array, name: string): Uint8Array {
  const zip = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = zip.length - END_SIZE;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--; // A comment may follow it.
  if (end < 0) throw new Error("the archive is not a zip");
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === ENTRY) {
    const nameEnd = at + ENTRY_SIZE + zip.readUInt16LE(at + 28);
    if (hasName(zip.toString("utf8", at + ENTRY_SIZE, nameEnd), name)) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + LOCAL_SIZE + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(from, from + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(data) : data;
    }
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${name}`);
}

/** The contents of the file of that name in a gzipped tar archive, in whichever folder. */
export function fileInTarGz(archive: Uint8Array, name: string): Uint8Array {
  const tar = gunzipSync(archive);
  for (let at = 0; at + BLOCK <= tar.length;) {
    const field = (from: number, to: number) =>
      tar.toString("utf8", at + from, at + to).replace(/\0.*$/s, "").trim();
    const size = Number.parseInt(field(124, 136) || "0", 8);
    const isFile = ["", "0"].includes(field(156, 157));
    const contents = at + BLOCK;
    if (isFile && hasName(field(0, 100), name)) return tar.subarray(contents, contents + size);
    at = contents + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`the archive has no ${name}`);
}

function hasName(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}
