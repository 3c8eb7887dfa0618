import { describe, expect, it } from 'vitest';
import { createMarkupBudget, findLongStretch } from './markup-budget.ts';

const LEAP_YEAR_MINUTES = 527_040;
const POINT = '<Point>\r\n<position>1</position>\r\n<quantity>7</quantity>\r\n</Point>\r\n';
const POINT_TAGS = 6;

describe('the budget of an answer', () => {
  it('suffices for a leap year of minutes with four ends of lines a Point', () => {
    const { spend } = createMarkupBudget();
    expect(spend(POINT.repeat(LEAP_YEAR_MINUTES))).toBeNull();
  });

  it('is spent the same whether Points have been scanned or are to be parsed', () => {
    const pointsUntilExcess = (spend: (points: string, count: number) => unknown) => {
      const step = 1_000;
      for (let count = 0; ; count += step) if (spend(POINT.repeat(step), step) !== null) return count;
    };
    const scanned = createMarkupBudget();
    const parsed = createMarkupBudget();
    expect(pointsUntilExcess((points, count) => scanned.spendScanned(points, count * POINT_TAGS))).toBe(
      pointsUntilExcess((points) => parsed.spend(points)),
    );
  });

  it.each(['<a></a>', '<a/>', ' b=""', '&lt;'])('takes two tags for %j', (markup) => {
    const { spend } = createMarkupBudget();
    expect(spend(markup.repeat(1_600_000))).toBeNull();
    expect(spend('<')).not.toBeNull();
  });

  it('is one for all documents of a ZIP, and holds no more text than a plain answer may have', () => {
    const { spend } = createMarkupBudget();
    const half = ' '.repeat(32 * 1024 * 1024);
    expect([spend(half), spend(half)]).toEqual([null, null]);
    expect(spend('1')).toMatchObject({
      message: 'answer has too much text: ask for a shorter window',
      at: 0,
    });
  });
});

describe('a long stretch', () => {
  it('is found wherever it begins, at its first character', () => {
    for (const before of ['', '<a>', '<a></a>'.repeat(50_000), `<a>${'1'.repeat(99_990)}</a>`]) {
      const start = before.lastIndexOf('<') + 1;
      const filled = before + '1'.repeat(100_000 - (before.length - start));
      expect(findLongStretch(filled)).toBeNull();
      expect(findLongStretch(`${filled}<b/>`)).toBeNull();
      expect(findLongStretch(`${filled}1`)).toMatchObject({ at: start });
      expect(findLongStretch(`${filled}1<b/>`)).toMatchObject({ at: start });
    }
  });
});
