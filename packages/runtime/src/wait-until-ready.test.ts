import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { StartError } from './start-error.ts';
import { type Readiness, waitUntilReady } from './wait-until-ready.ts';

function recording() {
  const lines: string[] = [];
  const log = createLogger('test', 'info', {
    write: (line) => {
      const { msg, reason } = JSON.parse(line);
      lines.push(`${msg}: ${reason}`);
    },
  });
  return { lines, log };
}

/** Answers with the given findings in turn. */
function looks(...findings: Readiness[]) {
  return async () => findings.shift() ?? { state: 'ready' as const };
}

const away: Readiness = { state: 'not-yet', reason: 'ECONNREFUSED' };
const notMigrated: Readiness = { state: 'not-yet', reason: 'not migrated' };

describe('waitUntilReady', () => {
  it('waits until the server is ready, and says the same thing once', async () => {
    const { lines, log } = recording();
    await waitUntilReady('database', looks(away, away, away, notMigrated), {
      log,
      signal: new AbortController().signal,
      everyMs: 0,
    });
    expect(lines).toEqual([
      'waiting for the database: ECONNREFUSED',
      'waiting for the database: not migrated',
    ]);
  });

  it('says it again after a while', async () => {
    const { lines, log } = recording();
    const signal = new AbortController().signal;
    await waitUntilReady('queue', looks(away, away), { log, signal, everyMs: 0, logEveryMs: 0 });
    expect(lines).toHaveLength(2);
  });

  it('gives up at once where waiting mends nothing', async () => {
    const { log } = recording();
    const look = looks({ state: 'refused', reason: 'wrong password' });
    const waiting = waitUntilReady('queue', look, { log, signal: new AbortController().signal });
    await expect(waiting).rejects.toThrow(new StartError('the queue cannot be used: wrong password'));
  });

  it('ends when it is told to, though the next look is an hour away', async () => {
    const { log } = recording();
    const controller = new AbortController();
    const look = async () => {
      queueMicrotask(() => controller.abort(new Error('closing')));
      return away;
    };
    const waiting = waitUntilReady('queue', look, { log, signal: controller.signal, everyMs: 3_600_000 });
    await expect(waiting).rejects.toThrow();
    expect(controller.signal.aborted).toBe(true);
  });
});
