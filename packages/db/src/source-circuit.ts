import {
  afterFailure,
  CIRCUIT_LIMITS,
  type Circuit,
  type CircuitLimits,
  type ProbeRank,
  probeOrder,
} from '@energy-data-service/domain';
import type { Sql } from './connect.ts';

/**
 * A try that nobody reports on, because its process died, is taken by another after so long: longer than a source may be silent.
 * One whose answer trickles in for longer may have another beside it.
 */
const PROBE_MS = 120_000;

/** While a try is under way, others look after so long at the soonest how it ended. */
const LOOK_EVERY_MS = 2_000;

export type SourceCircuitRepository = ReturnType<typeof createSourceCircuitRepository>;

/** Sources that fail request after request, known to all collectors. */
export function createSourceCircuitRepository(sql: Sql, limits: CircuitLimits = CIRCUIT_LIMITS) {
  return {
    /**
     * Takes the turn to try a source that is cut off.
     *
     * @param item - names what is asked for: one that nothing has failed of need not wait for the end of the pause
     * @returns 0 if it was taken, or the source is not cut off any more; else after how many milliseconds to come again,
     *   differently many for everyone, so that not all come at once
     */
    async takeProbe(source: string, item: string, rank: ProbeRank): Promise<number> {
      const place = sql`(array[${probeOrder(0).indexOf(rank)}, ${probeOrder(1).indexOf(rank)}]::integer[])[(failures - ${limits.failures}) % 2 + 1]`;
      const turnAt = sql`probe_at + ${place} * ${limits.precedenceMs}::integer * interval '1 millisecond'`;
      const taken = await sql`
        update source_circuit
        set probing_until = clock_timestamp() + ${PROBE_MS} * interval '1 millisecond'
        where source = ${source} and (${turnAt} <= clock_timestamp() or not ${item} = any(items))
          and (probing_until is null or probing_until <= clock_timestamp())`;
      if (taken.count > 0) return 0;
      const spreadMs = rank === 'failed' ? limits.failedReturnMs : limits.precedenceMs;
      const [row] = await sql<{ waitMs: number }[]>`
        select ceil(
            case
              when probing_until > clock_timestamp() then ${LOOK_EVERY_MS}
              else greatest(extract(epoch from ${turnAt} - clock_timestamp()) * 1000, 1)
            end + random() * ${spreadMs}
          )::integer as "waitMs"
        from source_circuit
        where source = ${source} and opened_at is not null`;
      return row?.waitMs ?? 0;
    },

    /** Lets another have the turn, where a try ended without telling anything about the source. */
    async releaseProbe(source: string): Promise<void> {
      await sql`update source_circuit set probing_until = null where source = ${source}`;
    },

    /**
     * Notes that a request failed in a way that passes.
     *
     * @param failed - names it and its item
     * @param askedAt - by the server's clock
     * @returns whether this failure cut the source off
     */
    async recordFailure(
      source: string,
      failed: { readonly request: string; readonly item: string },
      askedAt: Temporal.Instant,
    ): Promise<boolean> {
      return sql.begin(async (transaction) => {
        // A lock that is there even where there is no row yet.
        const [clock] = await transaction<{ now: Temporal.Instant }[]>`
          select clock_timestamp() as now
          from pg_advisory_xact_lock(hashtext('source_circuit'), hashtext(${source}))`;
        if (clock === undefined) throw new Error('the server has no clock');
        const [before = null] = await transaction<Circuit[]>`
          select failures, requests, items, opened_at as "openedAt", probe_at as "probeAt"
          from source_circuit
          where source = ${source}`;
        const after = afterFailure(before, failed, { askedAt, now: clock.now, limits });
        if (after === before) return false;
        await transaction`
          insert into source_circuit (source, failures, requests, items, opened_at, probe_at)
          values (${source}, ${after.failures}, ${after.requests}, ${after.items}, ${after.openedAt}, ${after.probeAt})
          on conflict (source) do update
          set failures = excluded.failures, requests = excluded.requests, items = excluded.items,
            opened_at = excluded.opened_at, probe_at = excluded.probe_at, probing_until = null`;
        return after.openedAt !== null && before?.openedAt == null;
      });
    },

    /**
     * Notes that a source has answered.
     *
     * @returns since when it had been cut off, if it had
     */
    async recordAnswer(source: string): Promise<Temporal.Instant | null> {
      const [row] = await sql<{ openedAt: Temporal.Instant | null }[]>`
        delete from source_circuit where source = ${source} returning opened_at as "openedAt"`;
      return row?.openedAt ?? null;
    },
  };
}
