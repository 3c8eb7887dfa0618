import { parseResolution, type TimeWindow } from '@energy-data-service/domain';
import type { StoredSeries } from './series.ts';

const MS_PER_DAY = 86_400_000;

/** Points of a series in a window if none is missing; one a day where steps are days or longer. */
export function expectedPoints({ resolution }: StoredSeries, { from, to }: TimeWindow): number {
  const parsed = parseResolution(resolution);
  const stepMs = parsed?.kind === 'fixed' ? parsed.stepMs : MS_PER_DAY;
  return Math.ceil((to.epochMilliseconds - from.epochMilliseconds) / stepMs);
}
