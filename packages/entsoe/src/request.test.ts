import { PermanentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { collectRequest } from './fixtures/collect-request.ts';
import { requestUrl } from './request.ts';

const BASE = 'https://platform.example/api';
const query = (url: URL) => Object.fromEntries(url.searchParams);

describe('an address', () => {
  it.each([
    ['actual-total-load', 'A65', 'A16'],
    ['day-ahead-total-load-forecast', 'A65', 'A01'],
    ['week-ahead-total-load-forecast', 'A65', 'A31'],
    ['month-ahead-total-load-forecast', 'A65', 'A32'],
    ['year-ahead-total-load-forecast', 'A65', 'A33'],
    ['year-ahead-forecast-margin', 'A70', 'A33'],
  ])('asks for %s with its types, area and period in UTC', (dataset, documentType, processType) => {
    const url = requestUrl(BASE, collectRequest(dataset));
    expect(url.origin + url.pathname).toBe(BASE);
    expect(query(url)).toEqual({
      documentType,
      processType,
      outBiddingZone_Domain: '10YBE----------2',
      periodStart: '202401142300',
      periodEnd: '202401282300',
    });
  });

  it.each([
    ['keeps minutes', '2024-01-14T23:15Z', '2024-01-14T23:45Z', '202401142315', '202401142345'],
    [
      'widens to whole minutes',
      '2024-01-14T23:15:59.999Z',
      '2024-01-14T23:45:00.001Z',
      '202401142315',
      '202401142346',
    ],
  ])('%s', (_, from, to, periodStart, periodEnd) => {
    const window = { from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) };
    expect(query(requestUrl(BASE, { ...collectRequest(), window }))).toMatchObject({
      periodStart,
      periodEnd,
    });
  });

  it('is not made for a dataset that the source does not have', () => {
    expect(() => requestUrl(BASE, collectRequest('rainfall'))).toThrow(PermanentError);
  });
});
