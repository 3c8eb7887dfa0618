import { describe, expect, it } from 'vitest';
import { entsoeSource } from './source.ts';

describe('the catalogue', () => {
  it('has the six load items, each with a data type of its own', () => {
    expect(entsoeSource.datasets.map(({ id, dataType }) => [id, dataType])).toEqual([
      ['actual-total-load', 'actual'],
      ['day-ahead-total-load-forecast', 'day_ahead'],
      ['week-ahead-total-load-forecast', 'week_ahead'],
      ['month-ahead-total-load-forecast', 'month_ahead'],
      ['year-ahead-total-load-forecast', 'year_ahead'],
      ['year-ahead-forecast-margin', 'forecast_margin'],
    ]);
  });

  it('heals what lies directly before the live window, and more rarely than that', () => {
    for (const { id, polls } of entsoeSource.datasets) {
      const live = polls.find(({ priority }) => priority === 'live');
      const heal = polls.find(({ priority }) => priority === 'heal');
      expect(heal?.last, id).toBe(live?.first);
      expect(heal?.unit, id).toBe(live?.unit);
      expect(heal?.everyMinutes, id).toBeGreaterThan(live?.everyMinutes ?? Number.NaN);
    }
  });

  it('asks for tomorrow as soon as it is forecast', () => {
    const dayAhead = entsoeSource.datasets.find(({ dataType }) => dataType === 'day_ahead');
    expect(dayAhead?.polls[0]).toMatchObject({ priority: 'live', unit: 'day', last: 2 });
  });
});
