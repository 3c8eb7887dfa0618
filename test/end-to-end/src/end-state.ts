import type { Sql, Transaction } from '@energy-data-service/db';

/** All that the pipeline leaves behind, a row a text, without what may differ between two ways to one end. */
export interface EndState {
  readonly points: string[];
  readonly revisions: string[];
  readonly series: string[];
  readonly coverage: string[];
  readonly windows: string[];
  readonly answers: string[];
  /** What late answers are judged by. */
  readonly observations: string[];
}

/**
 * Reads the end state. Instants are kept as they are: two runs that were fed the same answers know each value
 * from and until the same instants. Series are named by what identifies them, not by their numbers.
 */
export async function readEndState(sql: Sql | Transaction): Promise<EndState> {
  const identity = sql`to_jsonb(series) - array[
    'id', 'first_starts_at', 'last_starts_at', 'point_count', 'created_at']`;
  const texts = async (rows: PromiseLike<Iterable<{ row?: string }>>) =>
    [...(await rows)].map(({ row = '' }) => row).sort();
  return {
    points: await texts(sql`
      select (${identity})::text || (to_jsonb(point) - 'series_id')::text as row
      from point join series on series.id = series_id`),
    revisions: await texts(sql`
      select (${identity})::text || (to_jsonb(point_revision) - 'series_id')::text as row
      from point_revision join series on series.id = series_id`),
    series: await texts(sql`
      select (to_jsonb(series) - array['id', 'created_at'])::text as row from series`),
    coverage: await texts(sql`select to_jsonb(coverage)::text as row from coverage`),
    windows: await texts(sql`
      select (to_jsonb(collection_window) - array['enqueued_at', 'finished_at'])::text as row
      from collection_window`),
    // How many of its points were new to the database depends on which answer came first.
    answers: await texts(sql`
      select jsonb_build_array(id, outcome, error, problems, points_new + points_revised + points_unchanged)::text as row
      from raw_payload`),
    observations: await texts(sql`
      select (${identity})::text || (to_jsonb(observation) - array['id', 'series_id'])::text as row
      from observation join series on series.id = series_id`),
  };
}
