import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from './database-away.ts';

describe('isDatabaseAway', () => {
  it.each(['ECONNREFUSED', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT', '57P01', '57P03', '53300', '08006'])(
    'knows %s as a database that cannot be reached',
    (code) => {
      expect(isDatabaseAway(Object.assign(new Error('failed'), { code }))).toBe(true);
    },
  );

  it.each(['42P01', '22P02', '57014', undefined])('takes %s for a fault of ours', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('failed'), { code }))).toBe(false);
  });
});
