import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BaseConfig, CommaSeparated, DatabaseUrl, parseConfig, QueueUrl } from './config.ts';

const Service = BaseConfig.extend({ DATABASE_URL: DatabaseUrl, QUEUE_URL: QueueUrl });
const valid = { DATABASE_URL: 'postgres://user@host/db', QUEUE_URL: 'redis://host' };

describe('parseConfig', () => {
  it('fills in defaults and takes an empty variable for an absent one', () => {
    expect(parseConfig({ ...valid, LOG_LEVEL: '' }, Service)).toEqual([
      { ...valid, LOG_LEVEL: 'info', SHUTDOWN_TIMEOUT_MS: 25_000, MONITORING_HOST: '127.0.0.1' },
    ]);
  });

  it('names every missing and malformed variable of all parts in one message, and no value', () => {
    const Token = z.object({ TOKEN: z.string() });
    const env = { DATABASE_URL: 'mysql://root:hunter2@host', LOG_LEVEL: 'hunter3' };
    const attempt = () => parseConfig(env, Service, Token);
    expect(attempt).toThrow(/LOG_LEVEL[\s\S]*DATABASE_URL[\s\S]*QUEUE_URL[\s\S]*TOKEN/);
    expect(attempt).not.toThrow(/hunter/);
  });

  it('names a file that cannot be read beside everything else, and never where it is', () => {
    const env = { ...valid, DATABASE_PASSWORD_FILE: '/hunter2', LOG_LEVEL: 'loud' };
    const attempt = () => parseConfig(env, Service);
    expect(attempt).toThrow(/DATABASE_PASSWORD_FILE: names a file that cannot be read[\s\S]*LOG_LEVEL/);
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
