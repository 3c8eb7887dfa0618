import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { binariesIn, findInstalledBinaries } from './binaries.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { chooseBinaries, SHELTER } from './places.ts';
import { chooseServerUser } from './server-user.ts';
import { createTemporaryFolder } from './testing/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)(
  'as root, below a folder that other users cannot enter (skipped for other users)',
  () => {
    it('puts the data elsewhere, in the same folder at each start, and says so', async () => {
      await using folder = await createTemporaryFolder(0o700);
      const lines: string[] = [];
      const options = {
        dataDir: join(folder.path, 'data'),
        settings: { fsync: 'off' },
        log: (line: string) => lines.push(line),
      };

      const first = await startEmbeddedPostgres(options);
      await first.stop();
      const second = await startEmbeddedPostgres(options);
      await second.stop();

      expect(dirname(first.dataDir)).toBe(SHELTER);
      expect(second.dataDir).toBe(first.dataDir);
      expect(lines.filter((line) => line.endsWith(`the data is in ${first.dataDir}`))).toHaveLength(2);
      expect(lines.filter((line) => line.startsWith('initialising'))).toHaveLength(1);
      await rm(first.dataDir, { recursive: true });
    });

    it('copies the binaries once, and the copy runs', async () => {
      await using folder = await createTemporaryFolder(0o700);
      const installed = findInstalledBinaries();
      const root = join(folder.path, 'native');
      await cp(installed.root, root, { recursive: true, verbatimSymlinks: true });
      const hidden = { ...binariesIn(root), version: `test-${basename(folder.path)}` };
      const user = await chooseServerUser(join(folder.path, 'cluster'));
      const lines: string[] = [];

      const copies = await Promise.all(
        Array.from({ length: 2 }, () => chooseBinaries(hidden, user, (line) => lines.push(line))),
      );
      const logged = lines.length;
      const reused = await chooseBinaries(hidden, user, (line) => lines.push(line));

      expect(copies.map((copy) => copy.root)).toEqual([reused.root, reused.root]);
      expect(lines).toHaveLength(logged);
      const version = await promisify(execFile)(reused.initdb, ['--version'], { ...user, cwd: '/' });
      expect(version.stdout).toMatch(/^initdb \(PostgreSQL\) 18/);
      await rm(reused.root, { recursive: true });
    });
  },
);
