import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

/** The line that is logged of an error. */
function logged(err: unknown): string {
  const lines: string[] = [];
  createLogger('test', 'info', { write: (line) => void lines.push(line) }).error({ err }, 'failed');
  return lines.join('');
}

it('leaves out what a library hangs on its errors, such as a refused command with its password', () => {
  const refused = Object.assign(new Error('WRONGPASS invalid password'), {
    code: 'WRONGPASS',
    command: { name: 'hello', args: ['3', 'AUTH', 'default', 'top-secret'] },
  });
  const cases = [refused, new Error('queue', { cause: refused }), new AggregateError([refused], 'several')];
  for (const err of cases) {
    expect(logged(err)).toContain('WRONGPASS');
    expect(logged(err)).not.toContain('top-secret');
  }
});

it('keeps what tells a person more: code, context, causes and stack', () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', port: 5432 });
  const err = Object.assign(new TypeError('no connection', { cause }), { context: { dataset: 'load' } });
  expect(JSON.parse(logged(err)).err).toMatchObject({
    type: 'TypeError',
    message: 'no connection',
    stack: expect.stringContaining('error-fields.test'),
    context: { dataset: 'load' },
    cause: { message: 'refused', code: 'ECONNREFUSED', port: 5432 },
  });
});

it('writes what was thrown and is no error', () => {
  expect(JSON.parse(logged('a text')).err).toBe('a text');
});
