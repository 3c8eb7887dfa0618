import type { Sql } from '@energy-data-service/db';
import type { TimeWindow, Value } from '@energy-data-service/domain';

/** What one step was known to be: its value, from which wave on, and until which (null: it still is). */
type Known = [startsAt: string, value: Value, fromWave: number, untilWave: number | null];

/** How one window ended: the wave that asked for it, its bounds, its outcome, and the steps of its answer. */
type Ended = [wave: number, from: string, to: string, outcome: string, points: number];

/**
 * The rules of history as a plain model of one series: a value is known from the first wave that saw it until
 * the first that saw another; what is not published any more is taken back by nobody.
 */
export interface HistoryModel {
  /** @param startsAt - by the database's clock */
  beginWave(startsAt: Temporal.Instant): void;
  /** What the source says in this wave of a window that was asked for. */
  observe(window: TimeWindow, steps: readonly (readonly [startsAt: string, value: Value])[]): void;
  /** All that must be known, by step and wave. */
  history(): Known[];
  /** The windows that must have ended. */
  windows(): Ended[];
  /** What the database knows, in the terms of the model. */
  storedHistory(sql: Sql): Promise<Known[]>;
  /** How the database's windows ended, but for those that smaller ones replaced. */
  storedWindows(sql: Sql): Promise<Ended[]>;
}

export function createHistoryModel(): HistoryModel {
  const waveStarts: Temporal.Instant[] = [];
  const changes = new Map<string, { value: Value; wave: number }[]>();
  const ended: Ended[] = [];

  /** The wave during which something happened; -1 before all of them. */
  function waveOf(instant: Temporal.Instant): number {
    return waveStarts.findLastIndex((start) => Temporal.Instant.compare(start, instant) <= 0);
  }

  return {
    beginWave(startsAt) {
      waveStarts.push(startsAt);
    },

    observe({ from, to }, steps) {
      const wave = waveStarts.length - 1;
      for (const [startsAt, value] of steps) {
        const known = changes.get(startsAt) ?? [];
        changes.set(startsAt, known);
        if (known.at(-1)?.value !== value) known.push({ value, wave });
      }
      const outcome = steps.length === 0 ? 'no-data' : 'stored';
      ended.push([wave, from.toString(), to.toString(), outcome, steps.length]);
    },

    history() {
      return [...changes]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([startsAt, known]) =>
          known.map(({ value, wave }, i): Known => [startsAt, value, wave, known[i + 1]?.wave ?? null]),
        );
    },

    windows: () => ended.toSorted(byText),

    async storedHistory(sql) {
      const rows = await sql<
        {
          starts_at: Temporal.Instant;
          value: Value;
          known_at: Temporal.Instant;
          known_until: Temporal.Instant | null;
        }[]
      >`
        select starts_at, value::text, known_at, known_until from point_revision
        union all
        select starts_at, value::text, known_at, null from point
        order by starts_at, known_at`;
      return rows.map(({ starts_at, value, known_at, known_until }) => [
        starts_at.toString(),
        value,
        waveOf(known_at),
        known_until && waveOf(known_until),
      ]);
    },

    async storedWindows(sql) {
      const rows = await sql<
        {
          wave: string;
          window_start: Temporal.Instant;
          window_end: Temporal.Instant;
          outcome: string;
          points: number;
        }[]
      >`
        select substring(origin from 'wave (.*)') as wave, window_start, window_end, outcome, points
        from collection_window
        join collection on collection.id = collection_id
        where status <> 'split'`;
      return rows
        .map(({ wave, window_start, window_end, outcome, points }): Ended => {
          return [Number(wave), window_start.toString(), window_end.toString(), outcome, points];
        })
        .sort(byText);
    },
  };
}

function byText(a: Ended, b: Ended): number {
  return a.join() < b.join() ? -1 : 1;
}
