import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

const Series = z.object({
  series: z.array(
    z.object({
      dataset: z.string(),
      area_code: z.string(),
      point_count: z.number(),
      last: z.string().nullable(),
    }),
  ),
});

/** Between two looks for the first values. */
const LOOK_EVERY_MS = 500;

/**
 * Waits until the API has values to show.
 *
 * @returns a query that returns some of them
 */
export async function waitForFirstValues(apiUrl: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const response = await fetch(`${apiUrl}/v1/series?dataset=actual-total-load`, { signal });
    const { series } = response.ok ? Series.parse(await response.json()) : { series: [] };
    const first = series.find(({ point_count: points }) => points > 0);
    if (first !== undefined && first.last !== null) {
      const to = Temporal.Instant.from(first.last).toZonedDateTimeISO('UTC').toPlainDate().add({ days: 1 });
      const from = to.subtract({ days: 2 });
      return `${apiUrl}/v1/datasets/${first.dataset}/values?area_code=${first.area_code}&start_time=${from}&end_time=${to}`;
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
}
