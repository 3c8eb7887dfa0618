import type { StoredSeries } from '@energy-data-service/db';

/**
 * What is written for each series of an answer, made once.
 *
 * @returns the text of a series by its id; throws for one that was not asked for
 */
export function createSeriesTexts<Text>(
  series: readonly StoredSeries[],
  write: (series: StoredSeries) => Text,
): (seriesId: number) => Text {
  const texts = new Map(series.map((one) => [one.id, write(one)]));
  return (seriesId) => {
    const text = texts.get(seriesId);
    if (text === undefined) throw new Error(`series ${seriesId} was not asked for`);
    return text;
  };
}
