import type { CollectRequest } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { type RequestRow, toRequest } from '../request-row.ts';

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
      const [row] = await sql<(Omit<PayloadRecord, 'request'> & RequestRow)[]>`
        select id, source, dataset, area, counter_area, window_start, window_end, status,
          media_type as "mediaType", received_at as "receivedAt", content_hash as "contentHash",
          body_size as "bodySize", same_as as "sameAs", processed_at as "processedAt", outcome,
          points_new as "pointsNew", points_revised as "pointsRevised", points_unchanged as "pointsUnchanged",
          problems, error
        from raw_payload
        where id = ${id}`;
      if (row === undefined) return undefined;
      return { ...row, request: toRequest(row) };
    },
  };
}
