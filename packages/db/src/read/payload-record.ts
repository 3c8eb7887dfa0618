import type { CollectRequest } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';

/** What is known about an answer besides its bytes. */
export interface PayloadRecord {
  readonly id: number;
  readonly request: CollectRequest;
  /** HTTP status */
  readonly status: number;
  readonly mediaType: string | null;
  readonly receivedAt: Temporal.Instant;
  /** Hash of what the answer says, without the identifiers and times of the document itself. */
  readonly contentHash: Uint8Array;
  /** Size of the answer in bytes, uncompressed. */
  readonly bodySize: number;
  /** Id of the earlier answer whose bytes stand for this one, which says the same; null if it has its own. */
  readonly sameAs: number | null;
  readonly processedAt: Temporal.Instant | null;
  readonly outcome: 'data' | 'no-data' | null;
  readonly pointsNew: number | null;
  readonly pointsRevised: number | null;
  readonly pointsUnchanged: number | null;
  readonly problems: readonly string[];
  readonly error: string | null;
}

export type PayloadRecordReader = ReturnType<typeof createPayloadRecordReader>;

export function createPayloadRecordReader(sql: Sql) {
  return {
    async find(id: number): Promise<PayloadRecord | undefined> {
      const [row] = await sql`
        select source, dataset, area, counter_area, window_start, window_end, status, media_type, received_at,
          content_hash, body_size, same_as, processed_at, outcome, points_new, points_revised,
          points_unchanged, problems, error
        from raw_payload
        where id = ${id}`;
      if (row === undefined) return undefined;
      return {
        id,
        request: {
          source: row.source,
          dataset: row.dataset,
          area: row.area,
          counterArea: row.counter_area,
          window: { from: row.window_start, to: row.window_end },
        },
        status: row.status,
        mediaType: row.media_type,
        receivedAt: row.received_at,
        contentHash: row.content_hash,
        bodySize: row.body_size,
        sameAs: row.same_as,
        processedAt: row.processed_at,
        outcome: row.outcome,
        pointsNew: row.points_new,
        pointsRevised: row.points_revised,
        pointsUnchanged: row.points_unchanged,
        problems: row.problems,
        error: row.error,
      };
    },
  };
}
