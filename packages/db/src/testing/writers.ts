import { connect, type Sql } from '../connect.ts';
import { type Attempt, MAX_WRITERS, type Plan } from './deliveries.ts';

/** Connections of their own for all writers that a plan may have. */
export function createWriters(databaseUrl: string) {
  const connections = Array.from({ length: MAX_WRITERS }, () => connect(databaseUrl, { max: 1 }));
  return {
    /** Lets the writers of a plan take its attempts in their order, each as soon as it has nothing else to do. */
    async run(plan: Plan, attempt: (sql: Sql, attempt: Attempt) => Promise<void>): Promise<void> {
      const waiting = [...plan.order];
      const runs = connections.slice(0, plan.writers).map(async (sql) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await attempt(sql, next);
      });
      // All have ended before one of them fails the run, so that none reaches into the next.
      await Promise.allSettled(runs);
      await Promise.all(runs);
    },

    /** Makes the server's statistics know what the writers did. */
    async reportStatistics(): Promise<void> {
      await Promise.all(connections.map((sql) => sql`select pg_stat_force_next_flush()`));
    },

    async end(): Promise<void> {
      await Promise.all(connections.map((sql) => sql.end()));
    },
  };
}
