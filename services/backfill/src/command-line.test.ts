import { allDatasets, SOURCES } from '@energy-data-service/sources';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { readReplayCommandLine } from './replay-command-line.ts';
import { UsageError } from './usage-error.ts';

const datasets = allDatasets(SOURCES);

function read(line: string) {
  return readCommandLine(line.split(' '), datasets);
}

describe('pnpm backfill', () => {
  it('begins and watches unless told otherwise', () => {
    const command = read('--dataset actual-total-load --area CZ,DE_LU,10YCZ-CEPS-----N --from 2015-01-01');
    expect(command).toMatchObject({
      kind: 'start',
      wish: {
        datasets: [{ id: 'actual-total-load' }],
        areas: [{ code: 'CZ' }, { code: 'DE_LU' }],
        from: '2015-01-01',
        to: null,
      },
      again: false,
      mode: 'follow',
    });
  });

  it.each([
    ['--plan', { mode: 'plan', again: false }],
    ['--detach', { mode: 'detach', again: false }],
    ['--again --to 2016-01-01', { again: true, wish: { to: '2016-01-01' } }],
  ])('understands %s', (options, expected) => {
    expect(read(`--dataset all --area all --from 2015-01-01 ${options}`)).toMatchObject(expected);
  });

  it('takes `all` for every dataset of areas, and every area', () => {
    const command = read('--dataset all --area all --from 2015-01-01');
    if (command.kind !== 'start') throw new Error('no start');
    expect(command.wish.datasets).toEqual(datasets);
    expect(command.wish.areas).toBe('all');
  });

  it.each(['status', 'follow', 'pause', 'resume', 'cancel', 'retry'] as const)('understands %s', (kind) => {
    expect(read(kind)).toEqual({ kind, id: '' });
    expect(read(`${kind} 5f0c2e0e`)).toEqual({ kind, id: '5f0c2e0e' });
  });

  it.each([
    [
      '--dataset actual-totl-load --area CZ --from 2015-01-01',
      /unknown dataset.*did you mean actual-total-load/,
    ],
    ['--dataset actual-total-load --area CZE --from 2015-01-01', /unknown area CZE; did you mean.*CZ/],
    ['--dataset actual-total-load --area , --from 2015-01-01', /empty/],
    [
      '--dataset actual-load --area CZ --from 2015-01-01',
      /unknown dataset actual-load; there are actual-total/,
    ],
    ['--dataset actual-total-load --area CZ', /^missing: --from; /],
    ['--plan', /^missing: --dataset, --area, --from; /],
    // What is unknown is named before what is missing because of it.
    [
      '--dataset actual-total-load --aera CZ --from 2015-01-01',
      /unknown option '--aera'\n\(Did you mean --area\?\)/,
    ],
    [
      '--dataset actual-total-load --area CZ --form 2015-01-01',
      /unknown option '--form'\n\(Did you mean --from\?\)/,
    ],
    ['stauts', /^unknown command 'stauts' \(Did you mean status/],
    ['deadbeef', /^unknown command 'deadbeef'; there are status, follow/],
    ['--dataset actual-total-load --area CZ --from 2015-01-01 --plan --detach', /--plan/],
    ['--dataset actual-total-load --area CZ --from 2015-01-01 --until 2016', /--until/],
    ['pause one two', /too many/],
  ])('refuses %s', (line, message) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });

  it('explains itself', () => {
    const help = read('--help');
    expect(help.kind === 'help' && help.text).toMatch(/Examples:[\s\S]*Exit codes:/);
    const startHelp = read('start --help');
    expect(startHelp.kind === 'help' && startHelp.text).toMatch(/--detach/);
  });

  it('gives examples that work where they are read', () => {
    const help = () => read('--help') as { text: string };
    expect(help().text).toContain('\n  pnpm backfill start --help\n');
    vi.stubEnv('COMMANDS_RUN_BY', 'docker compose exec collector');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(help().text).toContain('\n  docker compose exec collector backfill start --help\n');
    expect(help().text).not.toContain('pnpm backfill');
    expect(() => read('--plan')).toThrow('; docker compose exec collector backfill --help explains them');
  });
});

describe('pnpm replay', () => {
  const readReplay = (line: string) => readReplayCommandLine(line.split(' '), datasets);

  it('understands what is to be processed once more', () => {
    expect(readReplay('--failed')).toEqual({ kind: 'failed', datasets: null, areas: 'all', isPlan: false });
    expect(readReplay('--failed --dataset actual-total-load --area CZ --plan')).toMatchObject({
      datasets: [{ id: 'actual-total-load' }],
      areas: [{ code: 'CZ' }],
      isPlan: true,
    });
    expect(readReplay('--id 12,13,12')).toEqual({ kind: 'ids', ids: [12, 13], isPlan: false });
    expect(readReplay('--processed --dataset all --area CZ')).toMatchObject({
      kind: 'processed',
      datasets,
      areas: [{ code: 'CZ' }],
      isPlan: false,
    });
  });

  it.each([
    ['--plan', /exactly one/],
    ['--failed --id 12', /exactly one/],
    ['--failed --processed --dataset all --area all', /exactly one/],
    ['--processed --dataset all', /needs --dataset and --area/],
    ['--id 12 --area CZ', /narrow --failed/],
    ['--id 12,x', /"x" is no id/],
    ['--id 0', /"0" is no id/],
    ['12', /"12" belongs to no option; one answer alone: --id 12$/],
    [
      'DATABASE_URL=postgres://u:pw@h/db',
      /^"DATABASE_URL" belongs to no option; one answer alone: --id <id>$/,
    ],
    ["--database-url=postgres://u:p'w@h/db", /^error: unknown option '--database-url'$/],
    ['--failed CZ', /"CZ" belongs to no option; one answer alone: --id <id>$/],
  ])('refuses %s', (line, message) => {
    expect(() => readReplay(line)).toThrow(UsageError);
    expect(() => readReplay(line)).toThrow(message);
  });
});
