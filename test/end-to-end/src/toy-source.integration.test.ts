import { createHash } from 'node:crypto';
import { createSeriesKey, type Source } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startStack } from './stack.ts';

/** All that a package needs to export in order to be collected, stored and served. */
const toySource: Source<{ degrees: string }> = {
  id: 'toy',
  datasets: [
    {
      id: 'toy-temperature',
      source: 'toy',
      title: 'Temperature',
      article: '-',
      regulation: '-',
      group: 'weather',
      dataType: null,
      unit: { name: 'CEL', kind: 'ratio' },
      resolutions: ['PT60M'],
      licence: 'CC0-1.0',
      areaKinds: ['BZN'],
      border: false,
      maxWindowDays: 10,
      polls: [],
    },
  ],
  settings: z.object({ TOY_DEGREES: z.string() }).transform(({ TOY_DEGREES }) => ({ degrees: TOY_DEGREES })),
  budget: z.unknown().transform(() => 6_000),
  requestsPerMinute: () => 6_000,
  connect: ({ degrees }) => ({
    async fetch({ window }) {
      const hours = window.from.until(window.to, { largestUnit: 'hours' }).hours;
      const body = Buffer.from(Array<string>(hours).fill(degrees).join(' '));
      const contentHash = createHash('sha256').update(body).digest();
      return { kind: 'answer', status: 200, mediaType: 'text/plain', body, contentHash };
    },
    close: async () => undefined,
  }),
  parse: ({ source, dataset, area, window }, body) => ({
    outcome: 'data',
    problems: [],
    observations: [
      {
        key: createSeriesKey({
          source,
          dataset,
          area,
          resolution: 'PT60M',
          unit: 'CEL',
          quantity: 'temperature',
        }),
        block: {
          kind: 'fixed',
          startMs: window.from.epochMilliseconds,
          stepMs: 3_600_000,
          values: Buffer.from(body).toString().split(' '),
        },
        documentMrid: null,
        timeSeriesMrid: null,
        curveType: null,
        objectAggregation: null,
        place: { document: 1, series: 1, period: 1 },
      },
    ],
  }),
};

describe('a source that is not ENTSO-E', () => {
  it('is collected, stored and processed with nothing but its interface', async () => {
    await using stack = await startStack({
      queue: 'PostgreSQL',
      sources: [{ source: toySource, settings: { degrees: '-3.50' } }],
    });
    const from = Temporal.Instant.from('2024-01-01T00:00:00Z');
    await stack.collect({
      source: 'toy',
      dataset: 'toy-temperature',
      area: '10YCZ-CEPS-----N',
      counterArea: null,
      window: { from, to: from.add({ hours: 24 }) },
    });
    await stack.settle();
    const [stored] = await stack.sql`
      select dataset, quantity, point_count,
        (select array_to_string(array_agg(distinct value::text), ',') from point where series_id = series.id) as values
      from series`;
    expect(stored).toEqual({
      dataset: 'toy-temperature',
      quantity: 'temperature',
      point_count: 24,
      values: '-3.50',
    });
  });
});
