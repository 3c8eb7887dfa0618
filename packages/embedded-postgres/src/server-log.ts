import { type FileHandle, open, rename } from 'node:fs/promises';
import type { DataFolder } from './data-folder.ts';
import { isSystemError } from './system-error.ts';

const TAIL_BYTES = 4096;

/** The file that PostgreSQL's programs write to; one run long, and the run before is kept beside it. */
export interface ServerLog {
  readonly path: string;
  readonly fd: number;
  /** Size so far, in bytes: where the output of what is started next begins. */
  size(): Promise<number>;
  /** The last lines after an offset in bytes, for an error. */
  tail(from?: number): Promise<string>;
  close(): Promise<void>;
}

export async function openServerLog(folder: DataFolder): Promise<ServerLog> {
  await rename(folder.log, folder.previousLog).catch((error: unknown) => {
    if (!isSystemError(error, 'ENOENT')) throw error;
  });
  // Appending, since two programs in a row write to it.
  const file: FileHandle = await open(folder.log, 'ax+', 0o600);
  const size = async () => (await file.stat()).size;
  return {
    path: folder.log,
    fd: file.fd,
    size,
    async tail(from = 0) {
      const end = await size();
      const start = Math.max(from, end - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, end - start, start);
      return buffer.toString('utf8', 0, bytesRead).trim();
    },
    close: () => file.close(),
  };
}
