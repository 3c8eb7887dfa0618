import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { Answer, CollectRequest, Priority } from '@energy-data-service/domain';
import type { Sql, Transaction } from './connect.ts';
import { type RequestRow, toRequest } from './request-row.ts';
import { notifyWindowOpened } from './window-opened.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Bytes; zlib takes no smaller chunks. */
const LEAST_CHUNK = 64;

/** An answer as it was stored, without its bytes. */
export interface RawPayload {
  readonly id: number;
  readonly request: CollectRequest;
  readonly receivedAt: Temporal.Instant;
  /** The payload whose bytes these are: itself, or the first of a row of equal answers. */
  readonly bodyId: number;
  readonly isProcessed: boolean;
}

/** An answer that waits to be processed. */
export interface UnprocessedAnswer {
  readonly rawPayloadId: number;
  readonly request: CollectRequest;
  /** Of the most urgent window that waits for it; `backfill` if none does. */
  readonly priority: Priority;
}

/** Times by the server's clock, the one that orders all answers. What is left out is now. */
interface AnswerTimes {
  /** When the source was asked, see `SourceStateRepository.look`. */
  readonly askedAt?: Temporal.Instant | null;
  readonly receivedAt?: Temporal.Instant | null;
}

export interface RawPayloadRow extends RequestRow {
  readonly id: number;
  readonly received_at: Temporal.Instant;
  readonly body_id: number;
  readonly is_processed: boolean;
}

export type RawPayloadRepository = ReturnType<typeof createRawPayloadRepository>;

export function createRawPayloadRepository(sql: Sql) {
  return {
    /**
     * Stores an answer before anyone reads it, and marks every window as fetched that asked for it before the source
     * was asked, in one transaction. An answer that says the same as the last one for the same request keeps no
     * second body, unless that one could not be decoded: what the hash leaves out may be what was wrong with it.
     *
     * @returns the payload's id
     */
    async store(
      request: CollectRequest,
      answer: Answer,
      { askedAt = null, receivedAt = null }: AnswerTimes = {},
    ): Promise<number> {
      const { source, dataset, area, counterArea, window } = request;
      const body = await compress(answer.body);
      return sql.begin(async (transaction) => {
        const [last] = await transaction<{ bodyId: number; contentHash: Uint8Array; hasFailed: boolean }[]>`
          select coalesce(same_as, id) as "bodyId", content_hash as "contentHash", error is not null as "hasFailed"
          from raw_payload
          where dataset = ${dataset} and area = ${area} and counter_area is not distinct from ${counterArea}
            and source = ${source} and window_start = ${window.from} and window_end = ${window.to}
          order by received_at desc
          limit 1`;
        const sameAs =
          last !== undefined && !last.hasFailed && Buffer.compare(last.contentHash, answer.contentHash) === 0
            ? last.bodyId
            : null;
        // An answer that was long under way says what was published before the one that overtook it.
        const overtaken = transaction`exists (
          select from raw_payload
          where dataset = ${dataset} and area = ${area} and counter_area is not distinct from ${counterArea}
            and source = ${source} and received_at > ${askedAt}::timestamptz and asked_at > ${askedAt}::timestamptz
        )`;
        const insert = (laterByUs: number) => transaction<{ id: number }[]>`
          insert into raw_payload (
            source, dataset, area, counter_area, window_start, window_end,
            status, media_type, asked_at, received_at, content_hash, body, body_size, same_as
          ) values (
            ${source}, ${dataset}, ${area}, ${counterArea}, ${window.from}, ${window.to},
            ${answer.status}, ${answer.mediaType}, coalesce(${askedAt}::timestamptz, clock_timestamp()),
            coalesce(${receivedAt}::timestamptz, case when ${overtaken} then ${askedAt}::timestamptz end, clock_timestamp())
              + ${laterByUs} * interval '1 microsecond',
            ${Buffer.from(answer.contentHash)}, ${sameAs === null ? body : null}, ${answer.body.byteLength}, ${sameAs}
          )
          on conflict on constraint raw_payload_order do nothing
          returning id`;
        let id: number | undefined;
        // Two answers of one moment come one after the other.
        for (let laterByUs = 0; id === undefined; laterByUs++) id = (await insert(laterByUs))[0]?.id;
        await transaction`
          update collection_window
          set status = 'fetched', raw_payload_id = ${id}, error = null
          where dataset = ${dataset} and area = ${area} and counter_area is not distinct from ${counterArea}
            and source = ${source} and window_start = ${window.from} and window_end = ${window.to}
            and status = 'pending' and requested_at <= coalesce(${askedAt}::timestamptz, now())`;
        return id;
      });
    },

    async find(id: number): Promise<RawPayload | undefined> {
      const [row] = await sql<RawPayloadRow[]>`
        select ${columnsOf(sql)} from raw_payload where id = ${id}`;
      return row === undefined ? undefined : toRawPayload(row);
    },

    /**
     * The bytes as they came.
     *
     * @param bodyId - id of a payload that has a body of its own
     */
    body: (bodyId: number) => readBody(sql, bodyId),

    /** Records that an answer cannot be decoded, on itself and on the windows that wait for it. */
    async fail(id: number, reason: string): Promise<void> {
      await sql.begin(async (transaction) => {
        await transaction`update raw_payload set error = ${reason} where id = ${id} and processed_at is null`;
        await transaction`
          update collection_window
          set status = 'failed', outcome = 'failed', error = ${reason}, finished_at = now()
          where raw_payload_id = ${id} and status = 'fetched'`;
      });
    },

    /**
     * Lets answers that could not be decoded be processed once more, and the windows that failed with them wait again.
     *
     * @returns how many of these there were
     */
    async replay(ids: readonly number[]): Promise<number> {
      return sql.begin(async (transaction) => {
        const replayed = await transaction<{ id: number }[]>`
          update raw_payload set error = null
          where id = any(${ids}::bigint[]) and processed_at is null and error is not null
          returning id`;
        await transaction`
          update collection_window
          set status = 'fetched', outcome = null, error = null, finished_at = null
          where raw_payload_id = any(${replayed.map(({ id }) => id)}::bigint[]) and status = 'failed'`;
        if (replayed.length > 0) await notifyWindowOpened(transaction);
        return replayed.length;
      });
    },

    /** Number of answers that nobody has processed yet, without those that cannot be. */
    async countUnprocessed(): Promise<number> {
      const [row] = await sql<{ count: number }[]>`
        select count(*) from raw_payload where processed_at is null and error is null`;
      return row?.count ?? 0;
    },

    /** Answers that nobody has processed yet, oldest first; at most `limit`. */
    async findUnprocessed(limit: number): Promise<UnprocessedAnswer[]> {
      const rows = await sql<(RequestRow & { id: number; priority: Priority })[]>`
        select id, source, dataset, area, counter_area, window_start, window_end,
          coalesce((
            select priority from collection_window
            where raw_payload_id = raw_payload.id and status = 'fetched'
            order by array_position(array['live', 'heal', 'backfill'], priority)
            limit 1
          ), 'backfill') as priority
        from raw_payload
        where processed_at is null and error is null
        order by received_at
        limit ${limit}`;
      return rows.map((row) => ({ rawPayloadId: row.id, request: toRequest(row), priority: row.priority }));
    },
  };
}

/** The columns of a `RawPayloadRow`. */
export function columnsOf(sql: Sql | Transaction) {
  return sql`
    id, source, dataset, area, counter_area, window_start, window_end, received_at,
    coalesce(same_as, id) as body_id, processed_at is not null as is_processed`;
}

export function toRawPayload(row: RawPayloadRow): RawPayload {
  return {
    id: row.id,
    request: toRequest(row),
    receivedAt: row.received_at,
    bodyId: row.body_id,
    isProcessed: row.is_processed,
  };
}

/** See `RawPayloadRepository.body`. */
export async function readBody(sql: Sql | Transaction, bodyId: number): Promise<Uint8Array> {
  const [row] = await sql<{ body: Uint8Array; size: number }[]>`
    select body, body_size as size from raw_payload where id = ${bodyId} and body is not null`;
  if (row === undefined) throw new Error(`raw payload ${bodyId} has no body`);
  // All at once, and room to see that it has ended: by default it comes in pieces of 16 KiB, turn by turn.
  return decompress(row.body, { chunkSize: Math.max(row.size + 1, LEAST_CHUNK) });
}
