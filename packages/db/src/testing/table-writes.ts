import type { Sql } from '../connect.ts';
import { expectedState, type KnownRow } from './expected-state.ts';
import type { ModelAnswer } from './model.ts';

/** Rows that were written to a table. */
interface Writes {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export type TableWrites = Readonly<Record<'point' | 'point_revision', Writes>>;

/**
 * Rows that were ever written to the tables of points, as the server counts them: also by transactions that were
 * rolled back. On TimescaleDB a table is the sum of its chunks, and emptying it forgets them.
 *
 * Sessions report what they wrote when told to (`pg_stat_force_next_flush`) or when they end.
 */
export async function readTableWrites(sql: Sql): Promise<TableWrites> {
  const rows = await sql<(Writes & { table: string })[]>`
    select root as table, sum(n_tup_ins)::integer as inserted, sum(n_tup_upd)::integer as updated,
      sum(n_tup_del)::integer as deleted
    from unnest(array['point', 'point_revision']) as root
    join pg_stat_user_tables as stat on stat.relid = root::regclass
      or stat.relid in (select inhrelid from pg_inherits where inhparent = root::regclass)
    group by root`;
  const writes = (name: string): Writes => {
    const row = rows.find(({ table }) => table === name);
    if (row === undefined) throw new Error(`the server keeps no statistics of ${name}`);
    return { inserted: row.inserted, updated: row.updated, deleted: row.deleted };
  };
  return { point: writes('point'), point_revision: writes('point_revision') };
}

/** What was written between two readings. */
export function writesBetween(before: TableWrites, after: TableWrites): TableWrites {
  return combine(after, before, (a, b) => a - b);
}

/**
 * The fewest writes that processing answers one after the other can do.
 *
 * @param answers - in the order in which they were processed
 */
export function fewestWrites(answers: readonly ModelAnswer[]): TableWrites {
  const none = { inserted: 0, updated: 0, deleted: 0 };
  return answers.reduce<TableWrites>(
    (sum, _, i) => {
      const before = rowsOf(answers.slice(0, i));
      const after = rowsOf(answers.slice(0, i + 1));
      const writes = {
        point: difference(before.point, after.point),
        point_revision: difference(before.point_revision, after.point_revision),
      };
      return combine(sum, writes, (a, b) => a + b);
    },
    { point: none, point_revision: none },
  );
}

/** Contents of the rows by their primary keys. */
type Rows = ReadonlyMap<string, string>;

function rowsOf(answers: readonly ModelAnswer[]): Readonly<Record<keyof TableWrites, Rows>> {
  const { known } = expectedState(answers);
  const content = (row: KnownRow) => JSON.stringify(row);
  return {
    point: new Map(
      known
        .filter(({ knownUntilUs }) => knownUntilUs === null)
        .map((row) => [`${row.series} ${row.startsAtMs}`, content(row)]),
    ),
    point_revision: new Map(
      known
        .filter(({ knownUntilUs }) => knownUntilUs !== null)
        .map((row) => [`${row.series} ${row.startsAtMs} ${row.knownAtUs}`, content(row)]),
    ),
  };
}

function difference(before: Rows, after: Rows): Writes {
  const kept = [...after].filter(([key]) => before.has(key));
  return {
    inserted: after.size - kept.length,
    updated: kept.filter(([key, content]) => before.get(key) !== content).length,
    deleted: before.size - kept.length,
  };
}

function combine(a: TableWrites, b: TableWrites, operation: (a: number, b: number) => number): TableWrites {
  const table = (name: keyof TableWrites): Writes => ({
    inserted: operation(a[name].inserted, b[name].inserted),
    updated: operation(a[name].updated, b[name].updated),
    deleted: operation(a[name].deleted, b[name].deleted),
  });
  return { point: table('point'), point_revision: table('point_revision') };
}
