import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

it('finds at most three names within a few edits, nearest first, whatever their case', () => {
  expect(
    nearest('actuel-load', ['forecast', 'ACTUAL-LOAD', 'actual-loads', 'actual-lo', 'actual-lod']),
  ).toEqual(['ACTUAL-LOAD', 'actual-loads', 'actual-lod']);
  expect(nearest('CX', ['DE_LU'])).toEqual([]);
});

it('compares no name that is longer than any could be', () => {
  const longest = 'a'.repeat(64);
  expect(nearest(longest, [longest])).toEqual([longest]);
  expect(nearest(`${longest}a`, [longest])).toEqual([]);
});
