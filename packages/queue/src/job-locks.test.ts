import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { watchLocks } from './job-locks.ts';

it('tells of jobs that are lost while they run, and not of those that have ended', () => {
  const lines: string[] = [];
  const worker = new EventEmitter<{ lockRenewalFailed: [string[]] }>();
  const locks = watchLocks(worker, pino({ base: null }, { write: (line) => void lines.push(line) }));
  locks.jobStarted({ id: 'ended' });
  locks.jobStarted({ id: 'lost' });
  locks.jobEnded({ id: 'ended' });
  worker.emit('lockRenewalFailed', ['ended', 'lost']);
  expect(lines.map((line) => JSON.parse(line).jobId)).toEqual(['lost']);
});
