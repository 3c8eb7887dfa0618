import type { TimeWindow } from '@energy-data-service/domain';
import type { Fragment } from 'postgres';
import type { Sql } from '../connect.ts';
import { expectedPoints } from './expected-points.ts';
import type { StoredSeries } from './series.ts';

/** Which points of a series are read. */
export interface PointSelection extends TimeWindow {
  /** Reads the values that were known at this instant; null reads the current ones. */
  readonly asOf: Temporal.Instant | null;
  /** Whether to read since when a value has been known, and which raw payload it came from. */
  readonly provenance: boolean;
}

/** What tells a page from every other, without its points. */
export interface PageMark {
  readonly seriesId: number;
  readonly count: number;
  /** Start of the first and of the last point, in microseconds since the epoch. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** With provenance, a digest of the ids of the raw payloads: tells any value that was replaced. */
  readonly payloads: string | null;
}

/**
 * Consecutive points of one series, as one statement found them. Lists are text as in a JSON array, without its
 * brackets: `7213.5,null,7104.25`.
 */
export interface PointPage extends PageMark {
  /** Starts of the points in microseconds since the epoch, ascending. */
  readonly startsUs: Float64Array;
  /** Digits as published; null where the source says that there is no value. */
  readonly values: string;
  /** With provenance: since when each value has been known, in microseconds since the epoch. */
  readonly knownUs: Float64Array | null;
  /** With provenance: ids. */
  readonly rawPayloadIds: string | null;
}

interface PageRow {
  readonly series_id: number;
  readonly starts: Uint8Array;
  readonly values: string;
  readonly known?: Uint8Array;
  readonly raw_payload_ids?: string;
  readonly payloads?: string;
}

/**
 * The first page of each series that has points in the window, in the order of the ids.
 *
 * Every list is one aggregate: a row per point costs the driver more than all the rest. Instants come in the
 * server's binary form, which neither side has to spell.
 *
 * @param pagePoints - points of one series at most
 */
export async function readPages(
  sql: Sql,
  seriesIds: readonly number[],
  { from, to, asOf, provenance }: PointSelection,
  pagePoints: number,
): Promise<PointPage[]> {
  const origin = sql`,
    string_agg(timestamptz_send(known_at), ''::bytea) as known,
    string_agg(raw_payload_id::text, ',') as raw_payload_ids,
    md5(string_agg(raw_payload_id::text, ',')) as payloads`;
  const rows = await sql<PageRow[]>`
    select wanted.id as series_id, page.*
    from unnest(${seriesIds}::integer[]) with ordinality as wanted (id, place)
    cross join lateral (
      select string_agg(timestamptz_send(starts_at), ''::bytea) as starts,
        string_agg(coalesce(value::text, 'null'), ',') as values ${provenance ? origin : sql``}
      from (
        select starts_at, value, known_at, raw_payload_id
        from (
          select starts_at, value, known_at, raw_payload_id
          from point
          where series_id = wanted.id and starts_at >= ${from} and starts_at < ${to}
            ${asOf === null ? sql`` : knownAt(sql, asOf, { from, to })}
        ) as known
        order by starts_at
        limit ${pagePoints}
      ) as stretch
    ) as page
    where page.starts is not null
    order by wanted.place`;
  return rows.map(toPage);
}

/** Leaves out what came later than `asOf`, and adds what it replaced. */
function knownAt(sql: Sql, asOf: Temporal.Instant, { from, to }: TimeWindow): Fragment {
  return sql`
    and known_at <= ${asOf}
    union all
    select starts_at, value, known_at, raw_payload_id
    from point_revision
    where series_id = wanted.id and starts_at >= ${from} and starts_at < ${to}
      and known_at <= ${asOf} and known_until > ${asOf}`;
}

function toPage(row: PageRow): PointPage {
  const startsUs = decodeInstants(row.starts);
  const [firstUs, lastUs] = [startsUs[0], startsUs.at(-1)];
  if (firstUs === undefined || lastUs === undefined) throw new Error('a page without points');
  return {
    seriesId: row.series_id,
    count: startsUs.length,
    firstUs,
    lastUs,
    payloads: row.payloads ?? null,
    startsUs,
    values: row.values,
    knownUs: row.known === undefined ? null : decodeInstants(row.known),
    rawPayloadIds: row.raw_payload_ids ?? null,
  };
}

/** 2000-01-01, from which the server counts its microseconds. */
const SERVER_EPOCH_US = 946_684_800_000_000;

/** July 1714: what the server counts from its own epoch is a safe integer from here on. */
const EARLIEST_US = Number.MIN_SAFE_INTEGER + SERVER_EPOCH_US;

/**
 * Reads what `timestamptz_send` wrote: 8 bytes per instant, big-endian.
 *
 * @throws {RangeError} for an instant before July 1714 or after June 2255, whose microseconds a number cannot hold
 */
function decodeInstants(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const instants = new Float64Array(bytes.byteLength / 8);
  for (let i = 0; i < instants.length; i++) {
    const us = view.getInt32(8 * i) * 0x1_0000_0000 + view.getUint32(8 * i + 4) + SERVER_EPOCH_US;
    if (us < EARLIEST_US || us > Number.MAX_SAFE_INTEGER) {
      throw new RangeError('a stored instant lies before July 1714 or after June 2255');
    }
    instants[i] = us;
  }
  return instants;
}

/** Groups series so that the first pages of a group hold about one full page of points together. */
export function* batchSeries(
  series: readonly StoredSeries[],
  window: TimeWindow,
  pagePoints: number,
): Generator<number[]> {
  let batch: number[] = [];
  let points = 0;
  for (const one of series) {
    const expected = Math.min(expectedPoints(one, window), one.pointCount, pagePoints);
    if (batch.length > 0 && points + expected > pagePoints) {
      yield batch;
      batch = [];
      points = 0;
    }
    batch.push(one.id);
    points += expected;
  }
  if (batch.length > 0) yield batch;
}
