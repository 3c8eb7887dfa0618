import { describe, expect, it, onTestFinished } from 'vitest';
import { watchForStandstill } from './standstill.ts';

const AFTER_MS = 60_000;

function watch() {
  const clock = { ms: 0, startable: 0 };
  const standstill = watchForStandstill({
    countStartable: async () => {
      if (clock.startable < 0) throw new Error('the queue is away');
      return clock.startable;
    },
    afterMs: AFTER_MS,
    now: () => clock.ms,
  });
  onTestFinished(standstill.stop);
  return { clock, standstill };
}

describe('watchForStandstill', () => {
  it('is content with a worker that has nothing to do, for however long', async () => {
    const { clock, standstill } = watch();
    await standstill.look();
    clock.ms = 10 * AFTER_MS;
    await standstill.look();
    expect(standstill.describe()).toBeNull();
  });

  it('finds jobs that wait while no attempt starts or ends', async () => {
    const { clock, standstill } = watch();
    clock.startable = 3;
    await standstill.look();
    clock.ms = AFTER_MS;
    expect(standstill.describe()).toBeNull();
    clock.ms = AFTER_MS + 1;
    expect(standstill.describe()).toBe('jobs wait, and none has been started for 60 s');
  });

  it('is content as long as attempts start or end, however many jobs wait', async () => {
    const { clock, standstill } = watch();
    clock.startable = 3;
    await standstill.look();
    for (clock.ms = 0; clock.ms < 5 * AFTER_MS; clock.ms += AFTER_MS / 2) {
      standstill.attemptStarted();
      standstill.attemptEnded();
      expect(standstill.describe()).toBeNull();
    }
  });

  it('holds nothing against a job that has just come, or was held back until now', async () => {
    const { clock, standstill } = watch();
    clock.startable = 3;
    await standstill.look();
    clock.ms = AFTER_MS - 1;
    clock.startable = 0;
    await standstill.look();
    clock.ms = 2 * AFTER_MS;
    clock.startable = 3;
    await standstill.look();
    clock.ms += AFTER_MS;
    expect(standstill.describe()).toBeNull();
  });

  it('finds attempts that never end, though no job waits', async () => {
    const { clock, standstill } = watch();
    standstill.attemptStarted();
    standstill.attemptStarted();
    clock.ms = AFTER_MS + 1;
    expect(standstill.describe()).toBe('2 jobs run, and none has ended for 60 s');
    standstill.attemptEnded();
    expect(standstill.describe()).toBeNull();
  });

  it('blames no worker for a queue that is away', async () => {
    const { clock, standstill } = watch();
    clock.startable = 1;
    await standstill.look();
    clock.startable = -1;
    await standstill.look();
    clock.ms = 2 * AFTER_MS;
    expect(standstill.describe()).toBeNull();
  });
});
