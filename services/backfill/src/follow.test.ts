import type { BackfillProgress } from '@energy-data-service/db';
import { expect, it } from 'vitest';
import { follow } from './follow.ts';
import { createTerminal } from './terminal.ts';

const RUNNING: BackfillProgress = {
  id: '5f0c2e0e-0000-4000-8000-000000000000',
  requestedAt: Temporal.Instant.from('2024-01-01T00:00Z'),
  state: 'running',
  pending: 1,
  enqueued: 1,
  retried: 0,
  retriedError: null,
  fetched: 0,
  succeeded: 1,
  noData: 0,
  failed: 0,
  points: 24,
  ageSeconds: 120,
  recent: { windows: 0, points: 0, seconds: 0 },
};
const ENDED: BackfillProgress = { ...RUNNING, pending: 0, enqueued: 0, succeeded: 2 };

const AWAY = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

/** Follows what is seen at each look, one second apart, until that is all. */
async function followLooks(looks: readonly (BackfillProgress | Error)[], isTTY: boolean) {
  let written = '';
  let look = 0;
  const stream = {
    isTTY,
    columns: 200,
    write(text: string) {
      written += text;
      return true;
    },
  };
  const ended = await follow({
    look: async () => {
      const seen = looks[look];
      look += 1;
      if (seen === undefined) throw new Error('nothing to see');
      if (seen instanceof Error) throw seen;
      return { progress: seen, silences: [] };
    },
    terminal: createTerminal(stream),
    wait: async () => look < looks.length,
    now: () => look * 1_000,
  });
  return { ended, written };
}

it('writes one line over and over on a terminal, and leaves the last one', async () => {
  const { ended, written } = await followLooks([RUNNING, RUNNING, ENDED], true);
  expect(ended).toBe(ENDED);
  expect(written.split('\n')).toHaveLength(2);
  expect(written.split('\r\x1b[2K')).toHaveLength(4);
  expect(written).toMatch(/100 %, 2\/2 windows, ended\n$/);
});

it('writes a line at the start, every half minute and at the end elsewhere', async () => {
  const looks = [...Array.from({ length: 59 }, () => RUNNING), ENDED];
  const { written } = await followLooks(looks, false);
  expect(written).not.toContain('\r');
  expect(written.trim().split('\n')).toHaveLength(3);
});

it('tells at once of a change of state', async () => {
  const { written } = await followLooks([RUNNING, { ...RUNNING, state: 'paused' }, RUNNING, ENDED], false);
  expect(written.trim().split('\n')).toHaveLength(4);
});

it('waits for a database that is away, and for nothing else', async () => {
  const { ended, written } = await followLooks([RUNNING, AWAY, ENDED], false);
  expect(ended).toBe(ENDED);
  expect(written).toContain('the database is away\n');
  await expect(followLooks([new Error('wrong query')], false)).rejects.toThrow('wrong query');
});

it('returns nothing when nobody wants to follow any more', async () => {
  const { ended } = await followLooks([RUNNING, RUNNING], false);
  expect(ended).toBeNull();
});
