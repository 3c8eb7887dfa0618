import { describe, expect, it } from 'vitest';
import { describeError, TransientError } from './errors.ts';

describe('describeError', () => {
  it.each([
    { error: new Error('refused'), text: 'refused' },
    { error: 'a text', text: 'a text' },
    { error: new TransientError('source is out of order'), text: 'source is out of order' },
    {
      error: new TransientError('source is out of order', { status: 500 }),
      text: 'source is out of order {"status":500}',
    },
    // As Node.js throws when no address of a host answers.
    {
      error: new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]),
      text: 'refused ::1; refused 127.0.0.1',
    },
    {
      error: new AggregateError([new Error('refused'), new Error('refused')], 'parts failed'),
      text: 'parts failed: refused',
    },
  ])('says in one line: $text', ({ error, text }) => {
    expect(describeError(error)).toBe(text);
  });
});
