import type { CollectRequest } from '@energy-data-service/domain';
import type { Sql } from './connect.ts';

/** The columns that name a request, as `raw_payload` and `collection_window` have them. */
export interface RequestRow {
  readonly source: string;
  readonly dataset: string;
  readonly area: string;
  readonly counter_area: string | null;
  readonly window_start: Temporal.Instant;
  readonly window_end: Temporal.Instant;
}

export function toRequest(row: RequestRow): CollectRequest {
  return {
    source: row.source,
    dataset: row.dataset,
    area: row.area,
    counterArea: row.counter_area,
    window: { from: row.window_start, to: row.window_end },
  };
}

/** SQL for requests as rows: source, dataset, area, counter area, start and end of the window. */
export function requestRows(sql: Sql, requests: readonly CollectRequest[]) {
  return sql`unnest(
    ${requests.map(({ source }) => source)}::text[],
    ${requests.map(({ dataset }) => dataset)}::text[],
    ${requests.map(({ area }) => area)}::text[],
    ${requests.map(({ counterArea }) => counterArea)}::text[],
    ${requests.map(({ window }) => window.from.toString())}::text[]::timestamptz[],
    ${requests.map(({ window }) => window.to.toString())}::text[]::timestamptz[]
  )`;
}
