import { describe, expect, it } from 'vitest';
import { chooseCases, readCommandLine } from './command-line.ts';

describe('readCommandLine', () => {
  it('takes names and options in any order', () => {
    expect(readCommandLine(['parse', '--json', 'out.json', 'latest', '--large-points', '5000'])).toEqual({
      names: ['parse', 'latest'],
      all: false,
      json: 'out.json',
      'small-points': 1_000_000,
      'large-points': 5_000,
      help: false,
    });
  });

  it.each([
    ['--large-points', 'many'],
    ['--large-points', '0'],
    ['--json', ''],
    ['--rows', '5'],
  ])('refuses %s %s', (...args) => {
    expect(() => readCommandLine(args)).toThrow();
  });
});

describe('chooseCases', () => {
  const cases = [{ name: 'quick' }, { name: 'slow', expensive: true }, { name: 'other' }] as const;
  const choose = (names: string[], all = false) => chooseCases(cases, { names, all }).map(({ name }) => name);

  it('leaves expensive cases out unless they are named, or all are asked for', () => {
    expect(choose([])).toEqual(['quick', 'other']);
    expect(choose(['slow'])).toEqual(['slow']);
    expect(choose([], true)).toEqual(['quick', 'slow', 'other']);
  });

  it('keeps the order of the cases', () => {
    expect(choose(['other', 'quick'])).toEqual(['quick', 'other']);
  });

  it('names the cases that there are when one is unknown', () => {
    expect(() => choose(['quik'])).toThrow('no case quik; there are quick, slow, other');
  });
});
