import type { CoverageRepository, LongestWindow, ScheduledWindow } from '@energy-data-service/db';
import {
  type Area,
  type Dataset,
  splitWindow,
  stretchesToAsk,
  type TimeWindow,
  wantedWindows,
} from '@energy-data-service/domain';

/** A gap is asked for again after so long, if it still is one. */
const GAP_EVERY_MINUTES = 24 * 60;

/**
 * The windows that keep datasets of areas current at `now`, and those that were wanted earlier and never
 * answered, because nothing ran while the polls still reached them.
 */
export async function findDueWindows(
  datasets: readonly Dataset[],
  areas: readonly Area[],
  now: Temporal.Instant,
  longestWindow: LongestWindow,
  coverage: Pick<CoverageRepository, 'want' | 'findGaps'>,
): Promise<ScheduledWindow[]> {
  const polls = datasets
    .filter(({ border }) => !border)
    .flatMap((dataset) =>
      areas.flatMap(({ eic }) => wantedWindows(dataset, eic, now, longestWindow(dataset, eic))),
    );
  const items = [...Map.groupBy(polls, ({ dataset, area }) => `${dataset.id} ${area}`).values()].flatMap(
    ([first, ...others]) =>
      first === undefined
        ? []
        : [
            {
              source: first.dataset.source,
              dataset: first.dataset.id,
              area: first.area,
              window: span(
                first.window,
                others.map(({ window }) => window),
              ),
            },
          ],
  );
  await coverage.want(items);
  const gaps = await coverage.findGaps(items);
  return [
    ...polls.map(({ dataset, area, poll: { priority, everyMinutes }, window }) => ({
      request: { source: dataset.source, dataset: dataset.id, area, counterArea: null, window },
      priority,
      everyMinutes,
    })),
    ...gaps.flatMap(({ missing, awaited, ...item }) => {
      const dataset = datasets.find(({ id }) => id === item.dataset);
      const longest = dataset === undefined ? 1 : longestWindow(dataset, item.area);
      return stretchesToAsk(missing, awaited)
        .flatMap((stretch) => splitWindow(stretch, longest))
        .map((window) => ({
          request: { ...item, counterArea: null, window },
          priority: 'heal' as const,
          everyMinutes: GAP_EVERY_MINUTES,
        }));
    }),
  ];
}

/** From the first start to the last end. */
function span(first: TimeWindow, others: readonly TimeWindow[]): TimeWindow {
  return others.reduce(
    ({ from, to }, window) => ({
      from: Temporal.Instant.compare(window.from, from) < 0 ? window.from : from,
      to: Temporal.Instant.compare(window.to, to) > 0 ? window.to : to,
    }),
    first,
  );
}
