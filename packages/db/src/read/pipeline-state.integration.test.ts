import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { createRequestSlotRepository, type RequestSlot } from '../request-slots.ts';
import { createPipelineStateReader } from './pipeline-state.ts';

const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';

async function withDatabase(test: (sql: Sql) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  try {
    await test(sql);
  } finally {
    await sql.end();
  }
}

describe('the state of the pipeline', () => {
  it('is empty where nothing was ever collected', () =>
    withDatabase(async (sql) => {
      expect(await createPipelineStateReader(sql)()).toEqual({
        windows: [],
        unprocessedPayloads: 0,
        failedPayloads: 0,
        now: expect.any(Temporal.Instant),
        requestsLastMinute: [],
        blocks: [],
        cutOffSources: [],
        lastInstants: [],
        gaps: [],
        lastRoundAt: null,
      });
    }));

  it('counts open windows of any age and ended ones of the last day, and leaves out what was cancelled', () =>
    withDatabase(async (sql) => {
      await sql`
        insert into collection (id, origin, state) values
          ('00000000-0000-0000-0000-000000000001', 'backfill', 'paused'),
          ('00000000-0000-0000-0000-000000000002', 'backfill', 'cancelled')`;
      await sql`
        insert into collection_window
          (collection_id, source, dataset, area, window_start, window_end, priority, status, finished_at)
        select collection_id::uuid, 'entsoe', dataset, ${CZ}, now() + hour * interval '1 hour',
          now() + (hour + 1) * interval '1 hour', 'live', status, now() - ended
        from (values
          (1, null, 'load', 'pending', null),
          (2, null, 'load', 'pending', null),
          (3, '00000000-0000-0000-0000-000000000001', 'load', 'pending', null),
          (4, '00000000-0000-0000-0000-000000000002', 'load', 'pending', null),
          (5, null, 'load', 'fetched', null),
          (6, null, 'forecast', 'failed', interval '1 hour'),
          (7, null, 'forecast', 'failed', interval '2 days'),
          (8, null, 'forecast', 'succeeded', interval '1 hour')
        ) as given (hour, collection_id, dataset, status, ended)`;
      expect((await createPipelineStateReader(sql)()).windows).toEqual([
        { dataset: 'forecast', status: 'failed', count: 1 },
        { dataset: 'forecast', status: 'succeeded', count: 1 },
        { dataset: 'load', status: 'fetched', count: 1 },
        { dataset: 'load', status: 'paused', count: 1 },
        { dataset: 'load', status: 'pending', count: 2 },
      ]);
    }));

  it('counts answers that wait, and those that cannot be decoded', () =>
    withDatabase(async (sql) => {
      await sql`
        insert into raw_payload (source, dataset, area, window_start, window_end, status, content_hash, body,
          body_size, processed_at, error)
        select 'entsoe', 'load', ${CZ}, now(), now() + interval '1 hour', 200, '', '', 0, processed, error
        from (values
          (now(), null), (null::timestamptz, null), (null, 'cannot be read'), (null, 'cannot be read')
        ) as given (processed, error)`;
      const state = await createPipelineStateReader(sql)();
      expect([state.unprocessedPayloads, state.failedPayloads]).toEqual([1, 2]);
    }));

  it('does not count what could not be decoded once a later answer with data to the same request was processed', () =>
    withDatabase(async (sql) => {
      const countFailed = async () => (await createPipelineStateReader(sql)()).failedPayloads;
      const store = (answer: {
        dataset?: string;
        area?: string;
        counterArea?: string;
        day?: string;
        hour: number;
        isProcessed?: boolean;
        outcome?: string;
      }) => sql`
        insert into raw_payload (source, dataset, area, counter_area, window_start, window_end, status, content_hash, body,
          body_size, received_at, processed_at, outcome, error)
        values ('entsoe', ${answer.dataset ?? 'load'}, ${answer.area ?? CZ}, ${answer.counterArea ?? null},
          ${answer.day ?? '2026-01-01'}::timestamptz, ${answer.day ?? '2026-01-01'}::timestamptz + interval '1 day', 200, '', '',
          0, '2026-01-05T00:00Z'::timestamptz + ${answer.hour} * interval '1 hour',
          ${answer.isProcessed === true ? sql`now()` : null}, ${answer.isProcessed === true ? (answer.outcome ?? 'data') : null},
          ${answer.isProcessed === true ? null : 'cannot be read'})`;
      await store({ hour: 2 });
      await store({ hour: 1, isProcessed: true });
      await store({ hour: 3, isProcessed: true, dataset: 'forecast' });
      await store({ hour: 3, isProcessed: true, area: FR });
      await store({ hour: 3, isProcessed: true, counterArea: FR });
      await store({ hour: 4, isProcessed: true, day: '2026-01-02' });
      expect(await countFailed()).toBe(1);
      await store({ hour: 4.5, isProcessed: true, outcome: 'no-data' });
      expect(await countFailed()).toBe(1);
      await store({ hour: 5 });
      expect(await countFailed()).toBe(2);
      await store({ hour: 6, isProcessed: true });
      expect(await countFailed()).toBe(0);
    }));

  it('counts the requests of each source that ended within the last minute or are under way', () =>
    withDatabase(async (sql) => {
      const slots = createRequestSlotRepository(sql);
      const taken: RequestSlot[] = [];
      for (const source of ['entsoe', 'entsoe', 'entsoe', 'entsoe', 'other', 'other']) {
        const slot = await slots.take(source, 10);
        if (slot === null) throw new Error('no slot is free');
        taken.push(slot);
      }
      for (const slot of taken.slice(0, 5)) await slots.end(slot);
      await sql`update request_slot set free_at = now() where source = 'entsoe' and number = 1`;
      // Taken before the clock was set back: whoever wants it gets it.
      await sql`update request_slot set free_at = now() + interval '1 hour' where source = 'entsoe' and number = 2`;
      expect((await createPipelineStateReader(sql)()).requestsLastMinute).toEqual([
        { source: 'entsoe', count: 2 },
        { source: 'other', count: 2 },
      ]);
    }));

  it('tells the last stored instant of each dataset and area over all their series', () =>
    withDatabase(async (sql) => {
      await sql`
        insert into series (source, dataset, area, counter_area, resolution, quantity, last_starts_at)
        values
          ('entsoe', 'load', ${CZ}, null, 'PT60M', 'quantity', '2026-01-01T00:00Z'),
          ('entsoe', 'load', ${CZ}, null, 'PT15M', 'quantity', '2026-01-02T00:00Z'),
          ('entsoe', 'flow', ${CZ}, ${FR}, 'PT60M', 'quantity', '2026-01-03T00:00Z'),
          ('entsoe', 'load', ${FR}, null, 'PT60M', 'quantity', null)`;
      expect((await createPipelineStateReader(sql)()).lastInstants).toEqual([
        { dataset: 'flow', area: CZ, counterArea: FR, startsAt: Temporal.Instant.from('2026-01-03T00:00Z') },
        {
          dataset: 'load',
          area: CZ,
          counterArea: null,
          startsAt: Temporal.Instant.from('2026-01-02T00:00Z'),
        },
      ]);
    }));

  it('measures what is wanted, past, and was never answered; the future is no gap', () =>
    withDatabase(async (sql) => {
      await sql`
        insert into coverage (source, dataset, area, wanted, collected, not_published) values
          ('entsoe', 'load', ${CZ}, '{[2026-01-01T00:00Z,2026-01-11T00:00Z)}', '{[2026-01-01T00:00Z,2026-01-03T00:00Z)}',
            '{[2026-01-05T00:00Z,2026-01-06T00:00Z)}'),
          ('entsoe', 'load', ${FR},
            tstzmultirange(tstzrange(now() + interval '1 day', now() + interval '3 days')), '{}', '{}'),
          ('entsoe', 'asked-by-hand', ${FR}, '{}', '{[2026-01-01T00:00Z,2026-01-03T00:00Z)}', '{}')`;
      expect((await createPipelineStateReader(sql)()).gaps).toEqual([
        { dataset: 'load', area: CZ, counterArea: null, seconds: 7 * 86_400 },
        { dataset: 'load', area: FR, counterArea: null, seconds: 0 },
      ]);
    }));

  it('tells until when a source may not be asked, and which one is cut off', () =>
    withDatabase(async (sql) => {
      await sql`
        insert into source_block (source, blocked_until, reason) values ('entsoe', '2026-01-01T00:00Z', 'banned')`;
      await sql`
        insert into source_circuit (source, failures, requests, items, opened_at, probe_at) values
          ('entsoe', 20, '{}', '{}', now(), now()), ('other', 3, '{}', '{}', null, null)`;
      const state = await createPipelineStateReader(sql)();
      expect(state.blocks).toEqual([
        { source: 'entsoe', blockedUntil: Temporal.Instant.from('2026-01-01T00:00Z') },
      ]);
      expect(state.cutOffSources).toEqual(['entsoe']);
    }));
});
