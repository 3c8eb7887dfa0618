import { connect, migrate, type Sql } from '@energy-data-service/db';
import {
  convertAllChunks,
  startCommunityTimescaleDb,
} from '@energy-data-service/test-support/community-timescaledb';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { compare, type Side } from '../comparison.ts';
import { atLeast, atMost, type Result, toResult } from '../result.ts';
import { correctedSeriesYears, QUARTER_HOURS_OF_YEAR, type SeriesLoad, seriesYears } from '../series-load.ts';
import { type Change, emptyTables, type ReceivedLoad, receiveLoads, storeLoads } from '../stored-loads.ts';

const SERIES_YEARS = 2;
const ROUNDS = 5;
const ROWS = SERIES_YEARS * QUARTER_HOURS_OF_YEAR;
/** A chunk takes a few pages more, however little it holds. */
const SERIES_YEARS_OF_SIZE = 20;

interface Server extends AsyncDisposable {
  readonly sql: Sql;
}

/**
 * Writing series-years a second time where the first are columns, ÷ the same where they are rows, and the bytes of both. Each
 * side has a server of its own, of the Community edition compiled to WebAssembly: its seconds are not a server's.
 */
export const columns: BenchmarkCase = {
  name: 'columns',
  async run() {
    await using rows = await startServer();
    await using columns = await startServer();
    const years = seriesYears(SERIES_YEARS);
    const corrected = correctedSeriesYears(SERIES_YEARS);
    return [
      await compareWriting(
        { name: 'columns-unchanged', change: 'unchanged', again: years, wanted: 0.5 },
        rows.sql,
        columns.sql,
      ),
      await compareWriting(
        { name: 'columns-changed', change: 'revised', again: corrected, wanted: 0.3 },
        rows.sql,
        columns.sql,
      ),
      await compareSizes(columns.sql),
    ];
  },
};

async function startServer(): Promise<Server> {
  const server = await startCommunityTimescaleDb();
  await migrate(server.url);
  const sql = connect(server.url, { max: 1 });
  // The one session is older than the setting of its database.
  await sql`set timescaledb.max_tuples_decompressed_per_dml_transaction = 0`;
  return {
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end();
      await server.stop();
    },
  };
}

async function storeYears(sql: Sql, years: number): Promise<void> {
  await emptyTables(sql);
  await storeLoads(sql, await receiveLoads(sql, seriesYears(years)), 'new');
}

interface Writing {
  readonly name: string;
  readonly again: readonly SeriesLoad[];
  /** What becomes of every value when it is written again. */
  readonly change: Change;
  readonly wanted: number;
}

async function compareWriting(
  { name, again, change, wanted }: Writing,
  rows: Sql,
  columns: Sql,
): Promise<Result> {
  function side(sql: Sql, turn: (sql: Sql) => Promise<void>): Side {
    let received: ReceivedLoad[] = [];
    return {
      async prepare() {
        await storeYears(sql, SERIES_YEARS);
        await turn(sql);
        received = await receiveLoads(sql, again);
      },
      work: () => storeLoads(sql, received, change),
    };
  }
  const { oursMs, referenceMs } = await compare({
    reference: side(rows, async () => undefined),
    ours: side(columns, convertAllChunks),
    rounds: ROUNDS,
  });
  return toResult({
    name,
    unit: 'rows/s',
    value: (ROWS / oursMs) * 1_000,
    reference: (ROWS / referenceMs) * 1_000,
    target: atLeast(wanted),
  });
}

async function compareSizes(sql: Sql): Promise<Result> {
  await storeYears(sql, SERIES_YEARS_OF_SIZE);
  const reference = await bytesOfValue(sql);
  await convertAllChunks(sql);
  return toResult({
    name: 'columns-size',
    unit: 'bytes/value',
    value: await bytesOfValue(sql),
    reference,
    target: atMost(0.1),
  });
}

/** With the indexes and what else belongs to chunks. */
async function bytesOfValue(sql: Sql): Promise<number> {
  const [size] = await sql<{ bytes: number }[]>`select hypertable_size('point') as bytes`;
  return (size?.bytes ?? Number.NaN) / (SERIES_YEARS_OF_SIZE * QUARTER_HOURS_OF_YEAR);
}
