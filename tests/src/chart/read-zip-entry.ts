import { inflateRawSync } from "node:zlib";

/**
 * One file of a ZIP archive (stored or deflated), by its path inside. @throws {Error} when it is
 * not there.
 */
export function readZipEntry(archive: Buffer, path: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  let at = archive.readUInt32LE(end + 16);
  while (archive.toString("latin1", at, at + 4) === "PK\u0001\u0002") {
    const [method, size, nameLength, extraLength, commentLength, local] = [
      archive.readUInt16LE(at + 10),
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
      archive.readUInt32LE(at + 42),
    ];
    if (archive.toString("utf8", at + 46, at + 46 + nameLength) === path) {
      const start =
        local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const data = archive.subarray(start, start + size);
      return method === 0 ? data : inflateRawSync(data);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the archive has no ${path}`);
}
