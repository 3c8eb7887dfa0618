import { expect, it } from 'vitest';
import { readStatusCommandLine } from './status-command-line.ts';
import { UsageError } from './usage-error.ts';

it('shows what needs a look, unless all or a machine is to read it', () => {
  expect(readStatusCommandLine([])).toEqual({ kind: 'show', all: false, asJson: false });
  expect(readStatusCommandLine(['--all'])).toEqual({ kind: 'show', all: true, asJson: false });
  expect(readStatusCommandLine(['--json'])).toEqual({ kind: 'show', all: false, asJson: true });
});

it('explains what its exit codes stand for', () => {
  const help = readStatusCommandLine(['--help']);
  expect(help).toMatchObject({ kind: 'help', text: expect.stringMatching(/Exit codes: 0 .* 1 .* 2 /s) });
});

it.each([
  [['--everything'], /unknown option/],
  [['--database-url=postgres://u:pw@h/db'], /^error: unknown option '--database-url'$/],
  [['entsoe'], /too many arguments/],
  [['--all', '--json'], /--json shows all/],
])('refuses %j', (args, message) => {
  expect(() => readStatusCommandLine(args)).toThrow(UsageError);
  expect(() => readStatusCommandLine(args)).toThrow(message);
});
