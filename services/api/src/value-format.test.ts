import { describe, expect, it } from 'vitest';
import { negotiateFormat } from './value-format.ts';

describe('negotiateFormat', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['text/csv, application/json;q=0.5', 'text/csv'],
    ['text/csv;q=0.5, application/json', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ])('answers Accept: %s with %s', (accept, mediaType) => {
    expect(negotiateFormat(undefined, accept)).toBe(mediaType);
  });

  it('lets the parameter win over the header', () => {
    expect(negotiateFormat('csv', 'application/json')).toBe('text/csv');
  });

  it('names what there is to a header that accepts none of it', () => {
    expect(() => negotiateFormat(undefined, 'application/vnd.apache.arrow.stream')).toThrow(
      expect.objectContaining({
        status: 400,
        errors: [{ parameter: 'Accept', message: 'supported: application/json, text/csv' }],
      }),
    );
  });
});
