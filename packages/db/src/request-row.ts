import type { CollectRequest } from '@energy-data-service/domain';

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
