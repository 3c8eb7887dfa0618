import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = new URL('parse-memory-program.ts', import.meta.url);

/**
 * Bytes of memory that parsing a document takes at its peak, beside the document's own bytes, as the operating
 * system counts them: with the garbage of the parse and whatever the runtime takes for it. Measured in a process
 * of its own that has parsed before, like a processor's.
 *
 * @param smallDocument - what has been parsed before: far smaller, so that it leaves no room behind
 */
export async function measureParseMemory(document: Uint8Array, smallDocument: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'energy-data-service-bench-'));
  try {
    const files = { document: join(folder, 'document.xml'), smallDocument: join(folder, 'small.xml') };
    await writeFile(files.document, document);
    await writeFile(files.smallDocument, smallDocument);
    const program = fork(PROGRAM, [files.document, files.smallDocument], { execArgv: ['--expose-gc'] });
    const [peakBytes] = await Promise.race([once(program, 'message'), failAtExit(once(program, 'exit'))]);
    return peakBytes;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function failAtExit(exit: Promise<unknown[]>): Promise<never> {
  const [code] = await exit;
  throw new Error(`measuring the memory of a parse ended with exit code ${code}`);
}
