import { expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';

it('is as the defaults say when nothing is given', () => {
  expect(readCommandLine([])).toEqual({
    port: 0,
    host: '127.0.0.1',
    seed: 1,
    'no-flaws': false,
    'provisional-hours': 0,
    'requests-per-minute': 400,
    'ban-ms': 600_000,
    help: false,
  });
});

it('reads every option', () => {
  const text =
    '--port 8080 --host ::1 --seed 7 --no-flaws --provisional-hours 24 --recorded folder --token a --token b --requests-per-minute 10 --ban-ms 500';
  expect(readCommandLine(text.split(' '))).toMatchObject({
    port: 8080,
    host: '::1',
    seed: 7,
    'no-flaws': true,
    'provisional-hours': 24,
    recorded: 'folder',
    token: ['a', 'b'],
    'requests-per-minute': 10,
    'ban-ms': 500,
  });
});

it.each([
  [['--port', 'x']],
  [['--port', '65536']],
  [['--requests-per-minute', '0']],
  [['--bogus']],
  [['word']],
])('refuses %j', (args) => {
  expect(() => readCommandLine(args)).toThrow();
});
