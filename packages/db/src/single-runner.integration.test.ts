import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { runSingly, sinceLastRound } from './single-runner.ts';

async function withDatabase(test: (sql: Sql) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 3 });
  try {
    await test(sql);
  } finally {
    await sql.end();
  }
}

describe('runSingly', () => {
  it('runs in one place at a time', () =>
    withDatabase(async (sql) => {
      const end = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const first = runSingly(sql, () => {
        started.resolve();
        return end.promise;
      });
      await started.promise;
      expect(await runSingly(sql, () => Promise.reject(new Error('ran beside another')))).toBe(false);
      end.resolve();
      expect(await first).toBe(true);
    }));

  it('records a round that was completed, and none that failed', () =>
    withDatabase(async (sql) => {
      expect(await sinceLastRound(sql)).toBeNull();
      await expect(runSingly(sql, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
      expect(await sinceLastRound(sql)).toBeNull();
      await runSingly(sql, async () => undefined);
      const first = await sinceLastRound(sql);
      expect(first).toBeGreaterThanOrEqual(0);
      await sql`update scheduler_round set completed_at = completed_at - interval '1 hour'`;
      expect(await sinceLastRound(sql)).toBeGreaterThan(3_600_000);
      await runSingly(sql, async () => undefined);
      expect(await sinceLastRound(sql)).toBeLessThan(3_600_000);
    }));
});
