import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BaseConfig, CommaSeparated, DatabaseUrl, parseConfig, QueueUrl } from './config.ts';

const Service = BaseConfig.extend({ DATABASE_URL: DatabaseUrl, QUEUE_URL: QueueUrl });
const valid = { DATABASE_URL: 'postgres://user@host/db', QUEUE_URL: 'redis://host' };

describe('parseConfig', () => {
  it('fills in defaults and takes an empty variable for an absent one', () => {
    expect(parseConfig({ ...valid, LOG_LEVEL: '' }, Service)).toEqual([
      { ...valid, LOG_LEVEL: 'info', SHUTDOWN_TIMEOUT_MS: 25_000 },
    ]);
  });

  it('names every missing and malformed variable of all parts in one message, and no value', () => {
    const Token = z.object({ TOKEN: z.string() });
    const env = { DATABASE_URL: 'mysql://root:hunter2@host', LOG_LEVEL: 'hunter3' };
    const attempt = () => parseConfig(env, Service, Token);
    expect(attempt).toThrow(/LOG_LEVEL[\s\S]*DATABASE_URL[\s\S]*QUEUE_URL[\s\S]*TOKEN/);
    expect(attempt).not.toThrow(/hunter/);
  });
});

describe('CommaSeparated', () => {
  it('drops blanks and empty items', () => {
    expect(CommaSeparated.parse(' CZ, DE_LU ,,')).toEqual(['CZ', 'DE_LU']);
  });
});

describe('QueueUrl', () => {
  it.each(['redis://h', 'rediss://h', 'postgres://h/d', 'postgresql://h/d'])('takes %s', (url) => {
    expect(QueueUrl.safeParse(url).success).toBe(true);
  });

  it.each(['amqp://h', 'http://h', 'h:6379'])('refuses %s', (url) => {
    expect(QueueUrl.safeParse(url).success).toBe(false);
  });
});
