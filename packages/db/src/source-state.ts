import type { Dataset } from '@energy-data-service/domain';
import type { Sql } from './connect.ts';

/** What is found before a source is asked. */
export interface SourceLook {
  /** By the server's clock, the one that orders all answers and windows. */
  readonly now: Temporal.Instant;
  /** For how long nothing may be asked; null if it may. */
  readonly block: { readonly remainingMs: number; readonly reason: string } | null;
  /** Whether its last request failed, and whether so many did that only one at a time may be tried. */
  readonly failing: 'no' | 'yes' | 'cut-off';
}

/** Days of 24 hours that a window of a dataset and an area (EIC) may have. */
export type LongestWindow = (dataset: Dataset, area: string) => number;

/**
 * A limit is forgotten after so long, and found out anew: that costs a refused request, whereas one that the source
 * has lifted would cost twelve requests for one, for ever.
 */
const LIMIT_LASTS_DAYS = 30;

export type SourceStateRepository = ReturnType<typeof createSourceStateRepository>;

/** What has been learnt about a source and must outlive the queue: bans, and the windows that it accepts. */
export function createSourceStateRepository(sql: Sql) {
  const isRemembered = sql`learnt_at > now() - ${LIMIT_LASTS_DAYS} * interval '1 day'`;

  return {
    /**
     * Looks before asking a source.
     */
    async look(source: string): Promise<SourceLook> {
      const [row] = await sql<
        {
          now: Temporal.Instant;
          remainingMs: number | null;
          reason: string | null;
          failing: SourceLook['failing'];
        }[]
      >`
        select clock_timestamp() as now, reason,
          ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000)::integer as "remainingMs",
          case
            when circuit.opened_at is not null then 'cut-off'
            when circuit.source is not null then 'yes'
            else 'no'
          end as failing
        from (values (1)) as always
        left join source_block as block on block.source = ${source} and blocked_until > clock_timestamp()
        left join source_circuit as circuit on circuit.source = ${source}`;
      if (row === undefined) throw new Error('looking at a source returned no row');
      const { now, remainingMs, reason, failing } = row;
      return {
        now,
        block: remainingMs === null || reason === null ? null : { remainingMs, reason },
        failing,
      };
    },

    /** Silences all collectors of a source for so long from now; a longer block stays. */
    async block(source: string, forMs: number, reason: string): Promise<void> {
      await sql`
        insert into source_block as stored (source, blocked_until, reason)
        values (${source}, now() + ${forMs} * interval '1 millisecond', ${reason})
        on conflict (source) do update
        set blocked_until = excluded.blocked_until, reason = excluded.reason
        where stored.blocked_until < excluded.blocked_until`;
    },

    /** The longest windows that sources accept, as far as that is known. */
    async findLongestWindows(): Promise<LongestWindow> {
      const rows = await sql<{ dataset: string; area: string | null; maxDays: number }[]>`
        select dataset, area, max_days as "maxDays" from window_limit
        where ${isRemembered}`;
      const limits = new Map(rows.map(({ dataset, area, maxDays }) => [limitKey(dataset, area), maxDays]));
      return ({ id, maxWindowDays }, area) =>
        Math.min(
          maxWindowDays,
          limits.get(limitKey(id, null)) ?? maxWindowDays,
          limits.get(limitKey(id, area)) ?? maxWindowDays,
        );
    },

    /**
     * The longest window, in days of 24 hours, of a dataset and an area that was learnt; null if none was.
     */
    async findWindowLimit(source: string, dataset: string, area: string): Promise<number | null> {
      const [row] = await sql<{ maxDays: number | null }[]>`
        select min(max_days) as "maxDays" from window_limit
        where source = ${source} and dataset = ${dataset} and (area is null or area = ${area}) and ${isRemembered}`;
      return row?.maxDays ?? null;
    },

    /**
     * Remembers that longer windows of a dataset were refused.
     *
     * @param area - where the refusal says something about one area only: there was too much for one answer
     */
    async limitWindow(
      source: string,
      dataset: string,
      maxDays: number,
      area: string | null = null,
    ): Promise<void> {
      await sql`
        insert into window_limit as stored (source, dataset, area, max_days)
        values (${source}, ${dataset}, ${area}, ${maxDays})
        on conflict on constraint window_limit_of do update
        set max_days = excluded.max_days, learnt_at = now()
        where stored.max_days > excluded.max_days
          or stored.learnt_at <= now() - ${LIMIT_LASTS_DAYS} * interval '1 day'`;
    },
  };
}

function limitKey(dataset: string, area: string | null): string {
  return `${dataset} ${area ?? ''}`;
}
