import { createHash } from 'node:crypto';
import {
  type Answer,
  type CollectRequest,
  createSeriesKey,
  type Observation,
  type ParsedAnswer,
  type Value,
} from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import type { PointChanges } from '../points.ts';
import { createRawPayloadRepository, type RawPayload } from '../raw-payload.ts';
import { createStoredAnswerRepository } from '../stored-answer.ts';

export const HOUR_MS = 3_600_000;
export const DAY_START = Temporal.Instant.from('2024-01-01T00:00:00Z');

/** Load of Czechia on the first day of 2024. */
export const REQUEST: CollectRequest = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: { from: DAY_START, to: DAY_START.add({ hours: 24 }) },
};

/** Hourly values of one series from the `startHour`th hour of the day. */
export function hourly(startHour: number, ...values: Value[]): Observation {
  return {
    key: createSeriesKey({
      source: REQUEST.source,
      dataset: REQUEST.dataset,
      area: REQUEST.area,
      businessType: 'A04',
      resolution: 'PT60M',
      unit: 'MAW',
      quantity: 'quantity',
    }),
    block: {
      kind: 'fixed',
      startMs: DAY_START.epochMilliseconds + startHour * HOUR_MS,
      stepMs: HOUR_MS,
      values,
    },
    documentMrid: 'document',
    timeSeriesMrid: '1',
    curveType: 'A03',
    objectAggregation: 'A01',
    place: { document: 1, series: 1, period: 1 },
  };
}

/** An answer with these observations; equal observations make equal answers. */
export function answerOf(...observations: Observation[]): { answer: Answer; parsed: ParsedAnswer } {
  const body = Buffer.from(JSON.stringify(observations));
  return {
    answer: {
      kind: 'answer',
      status: 200,
      mediaType: 'text/xml',
      body,
      contentHash: createHash('sha256').update(body).digest(),
    },
    parsed: { outcome: observations.length === 0 ? 'no-data' : 'data', observations, problems: [] },
  };
}

/** Stores an answer's bytes without processing them. */
export async function receive(
  sql: Sql,
  answer: Answer,
  {
    at,
    askedAt,
    request = REQUEST,
  }: { at?: Temporal.Instant; askedAt?: Temporal.Instant; request?: CollectRequest } = {},
): Promise<RawPayload> {
  const payloads = createRawPayloadRepository(sql);
  const id = await payloads.store(request, answer, { askedAt: askedAt ?? null, receivedAt: at ?? null });
  const payload = await payloads.find(id);
  if (payload === undefined) throw new Error('a stored payload is not found');
  return payload;
}

/** Processes an answer as the processor does. */
export async function process(
  sql: Sql,
  payload: RawPayload,
  parsed: ParsedAnswer,
): Promise<PointChanges | null> {
  const answers = createStoredAnswerRepository(sql);
  if (await answers.storeRepeated(payload)) return null;
  return answers.store(payload, parsed);
}

/** What a reader would see: the present value of every hour of the day that has one. */
export async function presentValues(sql: Sql): Promise<Record<number, Value>> {
  const rows = await sql<{ hour: number; value: Value }[]>`
    select (extract(epoch from starts_at - ${DAY_START}) / 3600)::integer as hour, value::text
    from point order by starts_at`;
  return Object.fromEntries(rows.map(({ hour, value }) => [hour, value]));
}

/** Every value that was ever known of an hour of the day, ascending: value, known at, known until. */
export async function historyOf(sql: Sql, hour: number): Promise<[Value, string, string | null][]> {
  const startsAt = DAY_START.add({ minutes: hour * 60 });
  const rows = await sql<
    { value: Value; known_at: Temporal.Instant; known_until: Temporal.Instant | null }[]
  >`
    select value::text, known_at, known_until from point_revision where starts_at = ${startsAt}
    union all
    select value::text, known_at, null from point where starts_at = ${startsAt}
    order by known_at`;
  return rows.map((row) => [row.value, row.known_at.toString(), row.known_until?.toString() ?? null]);
}
