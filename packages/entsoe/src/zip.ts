import { crc32, inflateRawSync } from 'node:zlib';
import { DocumentError } from '@energy-data-service/domain';
import { NAMELESS_DOCUMENT } from './nameless-document.ts';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The platform puts at most 200 documents into a ZIP. */
const MAX_ENTRIES = 1_000;
const MAX_ENTRY_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** The platform's documents shrink to a thirtieth. What deflates to less than a thousandth is no document. */
const MAX_RATIO = 1_000;

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** Whether the bytes are a ZIP. The platform has changed items between XML and ZIP without notice. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * The entries of a ZIP in the order of its directory, decompressed one by one as they are asked for.
 *
 * Node decompresses; only the directory is read here. The libraries that do so synchronously trust the sizes
 * that it claims and do not check sums, so that a damaged entry could come out shorter, or changed.
 *
 * @throws {DocumentError} naming the entry and where it begins, if it is damaged, encrypted, compressed otherwise or too large
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16
 */
export function* readZip(bytes: Uint8Array): Generator<ZipEntry> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = 0;
  const entries = readDirectory(buffer).filter((entry) => !isFolder(entry));
  if (entries.length === 0)
    throw new DocumentError('ZIP has no documents', { document: NAMELESS_DOCUMENT, byteOffset: 0 });
  for (const entry of entries) {
    total += entry.size;
    if (
      entry.size > MAX_ENTRY_BYTES ||
      total > MAX_TOTAL_BYTES ||
      entry.size > entry.compressedSize * MAX_RATIO
    ) {
      throw new DocumentError('entry of the ZIP is too large', { ...placeOf(entry), bytes: entry.size });
    }
    yield { name: entry.name, bytes: readEntry(buffer, entry) };
  }
}

interface DirectoryEntry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly checksum: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

function isFolder({ name, size }: DirectoryEntry): boolean {
  return name.endsWith('/') && size === 0;
}

function placeOf({ name, headerOffset }: DirectoryEntry) {
  return { document: name, byteOffset: headerOffset };
}

function readDirectory(buffer: Buffer): DirectoryEntry[] {
  // The end of the directory is followed by a comment of up to 64 KiB.
  const earliest = Math.max(0, buffer.length - END_OF_DIRECTORY_BYTES - 0xffff);
  let end = buffer.length - END_OF_DIRECTORY_BYTES;
  while (end >= earliest && buffer.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < earliest)
    throw new DocumentError('ZIP has no directory', {
      document: NAMELESS_DOCUMENT,
      byteOffset: buffer.length,
    });

  const count = buffer.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES)
    throw new DocumentError('ZIP has too many entries', {
      document: NAMELESS_DOCUMENT,
      byteOffset: end,
      entries: count,
      limit: MAX_ENTRIES,
    });
  const entries: DirectoryEntry[] = [];
  const start = buffer.readUInt32LE(end + 16);
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY_ENTRY_BYTES > end || buffer.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw new DocumentError('directory of the ZIP is damaged', {
        document: NAMELESS_DOCUMENT,
        byteOffset: at,
        entry: i + 1,
      });
    }
    const nameStart = at + DIRECTORY_ENTRY_BYTES;
    const nameEnd = nameStart + buffer.readUInt16LE(at + 28);
    entries.push({
      name: buffer.toString('utf8', nameStart, Math.min(nameEnd, end)).slice(0, 200),
      encrypted: (buffer.readUInt16LE(at + 8) & 1) === 1,
      method: buffer.readUInt16LE(at + 10),
      checksum: buffer.readUInt32LE(at + 16),
      compressedSize: buffer.readUInt32LE(at + 20),
      size: buffer.readUInt32LE(at + 24),
      headerOffset: buffer.readUInt32LE(at + 42),
    });
    at = nameEnd + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  // A smaller count than there are entries would let documents go without a word.
  if (at !== start + buffer.readUInt32LE(end + 12)) {
    throw new DocumentError('directory of the ZIP is damaged', {
      document: NAMELESS_DOCUMENT,
      byteOffset: at,
    });
  }
  return entries;
}

function readEntry(buffer: Buffer, entry: DirectoryEntry): Uint8Array {
  const place = placeOf(entry);
  const { headerOffset, compressedSize, size, method } = entry;
  if (entry.encrypted) throw new DocumentError('entry of the ZIP is encrypted', place);
  if (
    headerOffset + LOCAL_HEADER_BYTES > buffer.length ||
    buffer.readUInt32LE(headerOffset) !== LOCAL_HEADER
  ) {
    throw new DocumentError('entry of the ZIP is damaged', place);
  }
  const start =
    headerOffset +
    LOCAL_HEADER_BYTES +
    buffer.readUInt16LE(headerOffset + 26) +
    buffer.readUInt16LE(headerOffset + 28);
  const compressed = buffer.subarray(start, start + compressedSize);
  const content = method === STORED ? compressed : inflate(compressed, method, size, place);
  if (content.length !== size || crc32(content) !== entry.checksum) {
    throw new DocumentError('entry of the ZIP is damaged', place);
  }
  return content;
}

function inflate(
  compressed: Buffer,
  method: number,
  size: number,
  place: ReturnType<typeof placeOf>,
): Buffer {
  if (method !== DEFLATED)
    throw new DocumentError('entry of the ZIP is compressed in an unknown way', { ...place, method });
  try {
    return inflateRawSync(compressed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new DocumentError('entry of the ZIP is damaged', place, { cause });
  }
}
