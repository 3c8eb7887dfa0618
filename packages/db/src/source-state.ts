import type { Sql } from './connect.ts';

export type SourceStateRepository = ReturnType<typeof createSourceStateRepository>;

/** What has been learnt about a source and must outlive the queue: bans, and the windows that it accepts. */
export function createSourceStateRepository(sql: Sql) {
  return {
    /**
     * Looks before asking a source: the time by the server's clock, and for how long nothing may be asked.
     *
     * @returns `block` null if it may be asked
     */
    async look(
      source: string,
    ): Promise<{ now: Temporal.Instant; block: { remainingMs: number; reason: string } | null }> {
      const [row] = await sql<{ now: Temporal.Instant; remainingMs: number | null; reason: string | null }[]>`
        select clock_timestamp() as now, reason,
          ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000)::integer as "remainingMs"
        from (values (1)) as always
        left join source_block on source = ${source} and blocked_until > clock_timestamp()`;
      if (row === undefined) throw new Error('looking at a source returned no row');
      const { now, remainingMs, reason } = row;
      return { now, block: remainingMs === null || reason === null ? null : { remainingMs, reason } };
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

    /** Longest windows that sources were found to accept, in days of 24 hours, by dataset id. */
    async findWindowLimits(): Promise<Map<string, number>> {
      const rows = await sql<{ dataset: string; maxDays: number }[]>`
        select dataset, max_days as "maxDays" from window_limit`;
      return new Map(rows.map(({ dataset, maxDays }) => [dataset, maxDays]));
    },

    /** Remembers that longer windows of a dataset were refused. */
    async limitWindow(source: string, dataset: string, maxDays: number): Promise<void> {
      await sql`
        insert into window_limit as stored (source, dataset, max_days) values (${source}, ${dataset}, ${maxDays})
        on conflict (source, dataset) do update
        set max_days = excluded.max_days, learnt_at = now()
        where stored.max_days > excluded.max_days`;
    },
  };
}
