import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  BaseConfig,
  CommaSeparated,
  ConfigError,
  DatabaseUrl,
  Port,
  parseConfig,
  QueueUrl,
} from './config.ts';

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

function complaint(env: NodeJS.ProcessEnv, ...schemas: Parameters<typeof parseConfig>[1][]): string {
  try {
    parseConfig(env, ...schemas);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('what is said of a setting', () => {
  const Numbers = z.object({
    PORT: Port,
    COUNT: z.coerce.number().int().positive().default(1),
    AGE: z.coerce.number().int().min(1).max(36_500).default(1),
  });

  it('is that it is missing, and where it is set', () => {
    const text = complaint({}, Service, z.object({ TOKEN: z.string() }));
    expect(text).toContain(
      '  DATABASE_URL: missing: set it in the environment or in a file .env, such as postgres://user:password@host:5432/database\n',
    );
    expect(text).toContain(
      '  QUEUE_URL: missing: set it in the environment or in a file .env, such as redis://host:6379\n',
    );
    expect(text).toContain('  TOKEN: missing: set it in the environment or in a file .env\n');
  });

  it.each([
    [{ PORT: 'x' }, '  PORT: must be a whole number from 0 to 65535\n'],
    [{ PORT: '80.5' }, '  PORT: must be a whole number\n'],
    [{ PORT: '65536' }, '  PORT: must be at most 65535\n'],
    [{ PORT: '1', COUNT: 'x' }, '  COUNT: must be a whole number above 0\n'],
    [{ PORT: '1', COUNT: '0' }, '  COUNT: must be more than 0\n'],
    [{ PORT: '1', AGE: '0' }, '  AGE: must be at least 1\n'],
  ])('is what numbers it takes: %j', (env, expected) => {
    expect(complaint(env, Numbers)).toContain(expected);
  });

  it('is the same where a schema parses by others within', () => {
    const Budgets = z.unknown().transform((env, context) => {
      for (const { path, message } of Numbers.safeParse(env).error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    });
    expect(complaint({ PORT: 'x' }, Budgets)).toContain('  PORT: must be a whole number from 0 to 65535\n');
    // Others that parse in this process keep their words.
    expect(Port.safeParse('x').error?.issues[0]?.message).toContain('Invalid input');
  });

  it('is which words it takes', () => {
    expect(complaint({ ...valid, LOG_LEVEL: 'loud' }, Service)).toContain(
      '  LOG_LEVEL: must be one of debug, info, warn, error\n',
    );
  });

  it.each([
    [
      'postgres://user:hunter#2@host/db',
      /DATABASE_URL: cannot be read: .* percent-encoded .* DATABASE_PASSWORD_FILE/,
    ],
    ['postgres://user:hunter/2@host/db', /percent-encoded/],
    ['postgres://user:hunter?2@host/db', /percent-encoded/],
    ['postgres://user:hunter2@host:99999/db', /its port must be a number from 1 to 65535/],
    ['postgres://host:hunter2/db', /its port must be a number from 1 to 65535/],
    ['postgres://user:hunter%@host/db', /%25/],
    ['hunter2.example.org/db', /must be a postgres:\/\/ URL, such as postgres:/],
    ['postgresql//hunter2', /must be a postgres:\/\/ URL, such as postgres:/],
  ])('is what keeps an address from being one, and never a part of it: %s', (DATABASE_URL, expected) => {
    const text = complaint({ ...valid, DATABASE_URL }, Service);
    expect(text).toMatch(expected);
    expect(text).not.toContain('hunter');
  });

  it.each(['postgres://user:p%23@host/db', 'postgresql://u@[::1]:5432/db', 'postgres://u:p@ss@host:1/db'])(
    'is nothing where an address is one: %s',
    (DATABASE_URL) => {
      expect(complaint({ ...valid, DATABASE_URL }, Service)).toBe('');
    },
  );
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
