import type { Sql } from '@energy-data-service/db';
import type { Environment } from './benchmark-case.ts';
import { compare, type Side } from './comparison.ts';
import { copyIntoPoint, copyLines } from './point-copy.ts';
import { type Result, type Target, toResult } from './result.ts';
import { QUARTER_HOURS_OF_YEAR, seriesYears } from './series-load.ts';
import { emptyTables } from './stored-loads.ts';

export const SERIES_YEARS = 10;
const ROUNDS = 7;

interface WriteCase {
  readonly name: string;
  readonly target: Target;
  /** Writes the series-years once; `prepare` brings the tables, empty before every round, to where that begins. */
  readonly ours: (sql: Sql, databaseUrl: string) => Side & { prepare(): Promise<void> };
}

/**
 * Rows per second of a way of writing ten series-years ÷ those of one COPY of the same rows into the same, empty
 * table, in a database of its own on the same server. Each side has one connection, and checkpoints before.
 */
export async function compareWithCopy(
  { name, target, ours }: WriteCase,
  { databases }: Environment,
): Promise<Result> {
  await using oursDatabase = await databases.createDatabase();
  await using copyDatabase = await databases.createDatabase();
  const oursSql = oursDatabase.connect(1);
  const copySql = copyDatabase.connect(1);
  const lines = copyLines(seriesYears(SERIES_YEARS));
  const side = ours(oursSql, oursDatabase.url);
  const { oursMs, referenceMs } = await compare({
    reference: { prepare: () => emptyTables(copySql), work: () => copyIntoPoint(copySql, lines) },
    ours: {
      ...side,
      async prepare() {
        await emptyTables(oursSql);
        await side.prepare();
      },
    },
    rounds: ROUNDS,
  });
  await expectAllStored(oursSql);
  await expectAllStored(copySql);
  const rows = SERIES_YEARS * QUARTER_HOURS_OF_YEAR;
  return toResult({
    name,
    unit: 'rows/s',
    value: (rows / oursMs) * 1_000,
    reference: (rows / referenceMs) * 1_000,
    target,
  });
}

async function expectAllStored(sql: Sql): Promise<void> {
  const [stored] = await sql<{ points: number }[]>`select count(*) as points from point`;
  if (stored?.points !== SERIES_YEARS * QUARTER_HOURS_OF_YEAR) {
    throw new Error(`${stored?.points} points were stored`);
  }
}
