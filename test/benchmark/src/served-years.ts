import type { Sql } from '@energy-data-service/db';
import type { Environment } from './benchmark-case.ts';
import { seriesYears } from './series-load.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { receiveLoads, storeLoads } from './stored-loads.ts';

const API_PROGRAM = new URL('api-program.ts', import.meta.url);
const SERIES_YEARS = 10;

/** A database of ten series-years and the API that serves it. */
export interface ServedYears extends AsyncDisposable {
  readonly api: ServerProcess;
  readonly sql: Sql;
}

export function startApiProcess(databaseUrl: string): Promise<ServerProcess> {
  return startServerProcess(API_PROGRAM, [databaseUrl]);
}

export async function serveYears({ databases }: Environment): Promise<ServedYears> {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await databases.createDatabase());
  const sql = database.connect(1);
  await storeLoads(sql, await receiveLoads(sql, seriesYears(SERIES_YEARS)), 'new');
  await sql`vacuum analyze`;
  const api = resources.use(await startApiProcess(database.url));
  const owned = resources.move();
  return { api, sql, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
