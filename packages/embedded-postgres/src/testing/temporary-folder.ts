import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder, removed on leaving its scope. Mode 755 lets the server's user in, 700 keeps it out. */
export async function createTemporaryFolder(
  mode = 0o755,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(tmpdir(), `embedded-postgres-${randomUUID()}`);
  await mkdir(path, { mode });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, maxRetries: 10 }) };
}
