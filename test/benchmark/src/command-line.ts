import { parseArgs } from 'node:util';
import { z } from 'zod';

export const COMMAND_LINE_HELP = `Measures the service, each case against a reference in the same run.

  npx --yes pnpm@12 bench [name …] [--json FILE] [--all]

  name                     cases to run; default all but budget and scale
  --all                    those two as well
  --json FILE              writes the results there as well
  --small-points NUMBER    what scale compares: default 1000000 …
  --large-points NUMBER    … with 100000000
  --help                   this text

Cases: CASES.

The whole takes about four minutes without scale. Scale fills two databases first: with 100 million points that
takes about seven minutes more and up to 15 GB of disk, which are freed at the end.

The database is an embedded PostgreSQL with its own durable settings in a temporary folder. BENCH_DATABASE_URL names
another server, as a user who may create databases and checkpoint; two databases are created there at a time, and
dropped. The exit code is 0 even where a target is missed, and 1 when a case cannot be measured.
`;

const Count = z.coerce.number().int().positive();

const CommandLine = z.object({
  names: z.array(z.string()),
  all: z.boolean().default(false),
  json: z.string().min(1).optional(),
  'small-points': Count.default(1_000_000),
  'large-points': Count.default(100_000_000),
  help: z.boolean().default(false),
});
export type CommandLine = z.infer<typeof CommandLine>;

/**
 * Reads the command line.
 *
 * @throws {Error} naming what is wrong, in words for a person at a terminal
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      json: { type: 'string' },
      'small-points': { type: 'string' },
      'large-points': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const result = CommandLine.safeParse({ ...values, names: positionals });
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
}

interface Named {
  readonly name: string;
  readonly expensive?: true;
}

/**
 * The cases that a command line asks for, in their own order.
 *
 * @throws {Error} naming those that there are, if one is unknown
 */
export function chooseCases<Case extends Named>(
  cases: readonly Case[],
  { names, all }: Pick<CommandLine, 'names' | 'all'>,
): Case[] {
  const known = cases.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no case ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  if (names.length > 0) return cases.filter(({ name }) => names.includes(name));
  return cases.filter(({ expensive }) => all || expensive !== true);
}
