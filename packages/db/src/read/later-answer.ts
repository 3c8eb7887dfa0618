import type { Fragment } from 'postgres';
import type { Sql } from '../connect.ts';

/**
 * SQL for whether an answer to the same request as a row's was processed that came later than the row. A look into an
 * index.
 *
 * @param of - how the row is called that has a request
 * @param condition - what else must hold of the answer, which is called `later`: also since when it counts as such
 */
export function hasLaterAnswer(sql: Sql, of: string, condition: Fragment) {
  const field = (name: string) => sql(`${of}.${name}`);
  return sql`exists (
    select from raw_payload as later
    where later.dataset = ${field('dataset')} and later.area = ${field('area')}
      and later.counter_area is not distinct from ${field('counter_area')} and later.source = ${field('source')}
      and later.window_start = ${field('window_start')} and later.window_end = ${field('window_end')}
      and later.processed_at is not null and ${condition}
  )`;
}
