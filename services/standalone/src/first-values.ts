import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

const Series = z.object({
  series: z.array(
    z.object({ area_code: z.string(), dataset: z.string(), last_timestamp: z.iso.datetime().nullable() }),
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
    for (const { area_code, dataset, last_timestamp } of series) {
      if (last_timestamp === null) continue;
      const lastDay = Temporal.Instant.from(last_timestamp).toZonedDateTimeISO('UTC').toPlainDate();
      const range = `start_time=${lastDay}&end_time=${lastDay.add({ days: 1 })}`;
      return `${apiUrl}/v1/datasets/${dataset}/values?area_code=${area_code}&${range}`;
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
}
