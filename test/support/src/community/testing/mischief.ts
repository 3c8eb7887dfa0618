// Forked by a test, which is told how each attempt to get out of a confined process ended.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const attempts: Readonly<Record<string, () => unknown>> = {
  readsAFile: () => readFileSync(here('../server.ts')),
  // The link leads to another package, from where the way up is another than its text says.
  readsBehindALink: () => readdirSync(`${here('../../../node_modules/@energy-data-service/db')}/../../infra`),
  writes: () => writeFileSync(`${tmpdir()}/mischief`, ''),
  writesADatabase: async () => new (await import('node:sqlite')).DatabaseSync(`${tmpdir()}/mischief`),
  startsAProcess: () => execFileSync('true'),
  startsAThread: () => new Worker('', { eval: true }),
  connects: () => once(connect(9, '127.0.0.1'), 'connect'),
};

const outcomes: Record<string, string> = { environment: JSON.stringify(process.env) };
for (const [name, attempt] of Object.entries(attempts)) {
  outcomes[name] = await Promise.resolve()
    .then(attempt)
    .then(
      () => 'done',
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
}
process.send?.(outcomes, () => process.exit());
