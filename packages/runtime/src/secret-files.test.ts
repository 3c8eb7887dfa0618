import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecret, withSecretsFromFiles } from './secret-files.ts';

/** Those that mean something in a URL, or are longer than a byte. */
const CHARACTERS = 'aZ09%/@:#?&=+;, "\'\\<>[]{}|^`~\tüß€𝄞';

const folder = mkdtempSync(join(tmpdir(), 'energy-data-service-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string): string {
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  return path;
}

function read(env: Record<string, string>) {
  const problems: string[] = [];
  const complete = withSecretsFromFiles(env, (variable, message) => problems.push(`${variable}: ${message}`));
  return { ...complete, problems };
}

describe('readSecret', () => {
  function readToken(env: Record<string, string>) {
    const problems: string[] = [];
    const secret = readSecret(env, 'TOKEN', (variable, message) => problems.push(`${variable}: ${message}`));
    return { secret, problems };
  }

  it('reads the variable as it is, or nothing', () => {
    expect(readToken({ TOKEN: ' s3cret\n' })).toEqual({ secret: ' s3cret\n', problems: [] });
    expect(readToken({ OTHER: 's3cret' })).toEqual({ secret: undefined, problems: [] });
  });

  it('reads a file without the line breaks at its end, and with all else', () => {
    for (const end of ['', '\n', '\r\n', '\n\n']) {
      expect(readToken({ TOKEN_FILE: fileOf(`\n a\nsecret \t\u00A0${end}`) })).toEqual({
        secret: '\n a\nsecret \t\u00A0',
        problems: [],
      });
    }
  });

  it('names the variable of what cannot be, and never its value', () => {
    const missing = join(folder, 'hunter-missing');
    expect(readToken({ TOKEN: 'hunter2', TOKEN_FILE: fileOf('hunter2') }).problems).toEqual([
      'TOKEN: set this or TOKEN_FILE, not both',
    ]);
    expect(readToken({ TOKEN_FILE: missing }).problems).toEqual([
      'TOKEN_FILE: names a file that cannot be read',
    ]);
    expect(readToken({ TOKEN_FILE: fileOf('\n') }).problems).toEqual([
      'TOKEN_FILE: names a file that holds nothing',
    ]);
  });
});

describe('withSecretsFromFiles', () => {
  it('leaves an environment without files as it is', () => {
    const env = { DATABASE_URL: 'postgres://user:p@host/db', OTHER: 'x' };
    expect(read(env)).toEqual({ ...env, problems: [] });
  });

  it('takes a whole URL from a file, without the line breaks at its end', () => {
    const result = read({ QUEUE_URL_FILE: fileOf('redis://:p@host:6379\r\n\n') });
    expect(result).toMatchObject({ QUEUE_URL: 'redis://:p@host:6379', problems: [] });
  });

  it.each([
    ['DATABASE_URL', 'DATABASE_PASSWORD_FILE', 'postgres://user@host:5432/db'],
    ['QUEUE_URL', 'QUEUE_PASSWORD_FILE', 'redis://host:6379'],
  ])('puts any password into %s so that it reads the same again', (variable, fileVariable, url) => {
    const password = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1 });
    fc.assert(
      fc.property(password, (secret) => {
        const result: Record<string, unknown> = read({
          [variable]: url,
          [fileVariable]: fileOf(`${secret}\n`),
        });
        const { password: encoded, host } = new URL(String(result[variable]));
        expect([decodeURIComponent(encoded), host]).toEqual([secret, new URL(url).host]);
        expect(result.problems).toEqual([]);
      }),
    );
  });

  it('refuses a URL that is given twice, a password that is given twice, and files that say nothing', () => {
    const file = fileOf('hunter2');
    const url = 'postgres://user:p@host/db';
    const missing = join(folder, 'hunter-missing');
    expect(
      [
        { DATABASE_URL: url, DATABASE_URL_FILE: file },
        { DATABASE_URL: url, DATABASE_PASSWORD_FILE: file },
        { DATABASE_URL: 'postgres:///db', DATABASE_PASSWORD_FILE: file },
        { QUEUE_URL_FILE: missing },
        { QUEUE_URL: 'redis://host', QUEUE_PASSWORD_FILE: missing },
      ].map((env) => read(env).problems),
    ).toEqual([
      ['DATABASE_URL: set this or DATABASE_URL_FILE, not both'],
      [expect.stringMatching(/^DATABASE_PASSWORD_FILE: .* has one already/)],
      ['DATABASE_PASSWORD_FILE: needs a URL with a host'],
      ['QUEUE_URL_FILE: names a file that cannot be read'],
      ['QUEUE_PASSWORD_FILE: names a file that cannot be read'],
    ]);
    expect(read({ QUEUE_URL_FILE: fileOf('\n') }).problems).toEqual([
      'QUEUE_URL_FILE: names a file that holds nothing',
    ]);
  });
});
