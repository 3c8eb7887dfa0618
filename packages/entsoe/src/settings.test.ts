import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EntsoeBudget, EntsoeSettings } from './settings.ts';

const TOKEN = '0b1d6c1c-5f0a-4c0f-b9f7-a3a4b2f0c001';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entsoe-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, content);
  return path;
}

function complaint(env: Record<string, string>): string {
  const result = EntsoeSettings.safeParse(env);
  return result.success ? '' : z.prettifyError(result.error);
}

describe('settings', () => {
  it('need the security token alone', () => {
    expect(EntsoeSettings.parse({ ENTSOE_SECURITY_TOKEN: TOKEN, HOME: '/', ENTSOE_BASE_URL: '' })).toEqual({
      securityToken: TOKEN,
      baseUrl: 'https://web-api.tp.entsoe.eu/api',
      requestsPerMinute: 380,
    });
  });

  it('take the token from a file, without the line end', () => {
    const env = { ENTSOE_SECURITY_TOKEN: '', ENTSOE_SECURITY_TOKEN_FILE: fileWith(`${TOKEN}\n`) };
    expect(EntsoeSettings.parse(env).securityToken).toBe(TOKEN);
  });

  it('take address and budget', () => {
    const env = {
      ENTSOE_SECURITY_TOKEN: TOKEN,
      ENTSOE_BASE_URL: 'http://127.0.0.1:8080/api',
      ENTSOE_REQUESTS_PER_MINUTE: '40',
    };
    expect(EntsoeSettings.parse(env)).toMatchObject({
      baseUrl: 'http://127.0.0.1:8080/api',
      requestsPerMinute: 40,
    });
  });

  it.each([
    ['no token', {}, /missing: set this, or ENTSOE_SECURITY_TOKEN_FILE\s+→ at ENTSOE_SECURITY_TOKEN/],
    ['two tokens', { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_SECURITY_TOKEN_FILE: '/x' }, /not both/],
    [
      'a file that is not there',
      { ENTSOE_SECURITY_TOKEN_FILE: '/nowhere/secret-name' },
      /cannot be read\s+→ at ENTSOE_SECURITY_TOKEN_FILE/,
    ],
    ['a token with a line end', { ENTSOE_SECURITY_TOKEN: 'secret\r\nX-Header: 1' }, /printable characters/],
    [
      'an address that is none',
      { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_BASE_URL: 'secret-host' },
      /→ at ENTSOE_BASE_URL/,
    ],
    [
      'another protocol',
      { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_BASE_URL: 'file:///secret' },
      /→ at ENTSOE_BASE_URL/,
    ],
    [
      'more requests than a token may send',
      { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_REQUESTS_PER_MINUTE: '391' },
      /must be at most 390: .* bans a token\n +→ at ENTSOE_REQUESTS_PER_MINUTE/,
    ],
    [
      'no requests',
      { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_REQUESTS_PER_MINUTE: '0' },
      /→ at ENTSOE_REQUESTS_PER_MINUTE/,
    ],
    [
      'a budget that is no number',
      { ENTSOE_SECURITY_TOKEN: TOKEN, ENTSOE_REQUESTS_PER_MINUTE: 'many' },
      /→ at ENTSOE_REQUESTS_PER_MINUTE/,
    ],
  ])('refuse %s, naming the variable and never its value', (_, env, expected) => {
    const text = complaint(env);
    expect(text).toMatch(expected);
    expect(text).not.toMatch(/secret|nowhere/);
    expect(text).not.toContain(TOKEN);
  });

  it('refuse a file without token', () => {
    expect(complaint({ ENTSOE_SECURITY_TOKEN_FILE: fileWith(' \n') })).toMatch(
      /empty file: put your token into it \(for Docker Compose, entsoe-security-token in SECRETS_DIR\), or use the simulator \(--env-file infra\/simulator\.env\)\s+→ at ENTSOE_SECURITY_TOKEN_FILE/,
    );
  });
});

it('the budget can be read without a token, and is that of the settings', () => {
  const env = { ENTSOE_REQUESTS_PER_MINUTE: '40' };
  expect(EntsoeBudget.parse(env)).toBe(40);
  expect(EntsoeBudget.parse({})).toBe(380);
  expect(EntsoeSettings.parse({ ...env, ENTSOE_SECURITY_TOKEN: TOKEN }).requestsPerMinute).toBe(40);
  expect(EntsoeBudget.safeParse({ ENTSOE_REQUESTS_PER_MINUTE: '391' }).success).toBe(false);
});
