import type { Value } from '@energy-data-service/domain';
import { noDataAnswer } from './acknowledgement.ts';
import type { AnswerConditions, AnswerSource } from './answer.ts';
import { correctionsOf } from './corrections.ts';
import { findLoadArea, type LoadArea } from './load-areas.ts';
import { type LoadPeriod, type LoadSeries, loadDocumentAnswer } from './load-document.ts';
import { type LoadRequest, readLoadRequest } from './load-request.ts';
import { createLoadValues } from './load-values.ts';
import { publishedUntil } from './publication.ts';
import { stepsOverlapping } from './step-grid.ts';

export interface GeneratedAnswersOptions {
  /** Equal seeds give equal values; default 1. */
  readonly seed?: number;
  /** Whether a few hours of actual and day-ahead load are missing or lack their value; default true. */
  readonly flaws?: boolean;
  /**
   * For so long after their publication, some values of actual and day-ahead load are first estimates, slightly
   * different from the final ones that silently replace them. Default 0: final at once.
   */
  readonly provisionalHours?: number;
}

/**
 * The six load items of every area, computed. A value depends on the seed, the area, the item and the instant, and
 * on nothing else; what is published depends on the clock.
 */
export function generatedAnswers({
  seed = 1,
  flaws = true,
  provisionalHours = 0,
}: GeneratedAnswersOptions = {}): AnswerSource {
  function generateSeries(request: LoadRequest, area: LoadArea, conditions: AnswerConditions): LoadSeries[] {
    const { item, window } = request;
    const { resolution, boundsMs } = stepsOverlapping(item, area, window);
    const { now } = conditions;
    const publishedUntilMs = publishedUntil(item, area.timezone, now).epochMilliseconds;
    const finalUntilMs = publishedUntil(
      item,
      area.timezone,
      now.subtract({ hours: provisionalHours }),
    ).epochMilliseconds;
    const correct = correctionsOf(conditions.corrections, item, area);
    return item.businessTypes.map((businessType) => {
      const valueAt = createLoadValues(item, businessType, area, { seed, flaws });
      const periods = readPeriods(boundsMs, (startMs, endMs) => {
        // A week or year within which the area's data begin is published as a whole.
        if (endMs <= area.validFromMs || startMs >= area.validUntilMs || endMs > publishedUntilMs) {
          return undefined;
        }
        return correct(startMs, valueAt(startMs, endMs, { provisional: endMs > finalUntilMs }));
      });
      return { businessType, resolution, periods };
    });
  }

  return {
    answer(parameters, conditions) {
      const request = readLoadRequest(parameters, conditions);
      const area = findLoadArea(request.area);
      const series = area ? generateSeries(request, area, conditions) : [];
      const published = series.filter(({ periods }) => periods.length > 0);
      return published.length > 0
        ? loadDocumentAnswer(request, published, conditions.now)
        : noDataAnswer(request.item, request.area, request.window, conditions.now);
    },
  };
}

/** The stretches of consecutive published steps. */
function readPeriods(
  boundsMs: readonly number[],
  valueAt: (startMs: number, endMs: number) => Value | undefined,
): LoadPeriod[] {
  const periods: LoadPeriod[] = [];
  let open: { startMs: number; endMs: number; values: Value[] } | undefined;
  boundsMs.forEach((startMs, i) => {
    const endMs = boundsMs[i + 1];
    const value = endMs === undefined ? undefined : valueAt(startMs, endMs);
    if (endMs === undefined || value === undefined) {
      open = undefined;
      return;
    }
    if (open === undefined) {
      open = { startMs, endMs, values: [] };
      periods.push(open);
    }
    open.endMs = endMs;
    open.values.push(value);
  });
  return periods;
}
