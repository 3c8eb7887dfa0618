import { expect, it } from 'vitest';
import { watchRoom } from './room-watch.ts';

it('tells of a full database for a minute after it was last found so', () => {
  let now = 0;
  const room = watchRoom(() => now);
  expect(room.describe()).toBeNull();
  room.foundFull('no space left');
  now = 50_000;
  room.foundFull('still no space left');
  now = 109_999;
  expect(room.describe()).toBe('still no space left');
  now = 110_000;
  expect(room.describe()).toBeNull();
});
