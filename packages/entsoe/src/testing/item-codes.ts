/** What the platform calls an item, as its documentation says: written down a second time, to prove the catalogue. */
export interface ItemCodes {
  readonly dataset: string;
  readonly documentType: string;
  readonly processType: string;
}

export const ITEM_CODES: readonly ItemCodes[] = [
  { dataset: 'actual-total-load', documentType: 'A65', processType: 'A16' },
  { dataset: 'day-ahead-total-load-forecast', documentType: 'A65', processType: 'A01' },
  { dataset: 'week-ahead-total-load-forecast', documentType: 'A65', processType: 'A31' },
  { dataset: 'month-ahead-total-load-forecast', documentType: 'A65', processType: 'A32' },
  { dataset: 'year-ahead-total-load-forecast', documentType: 'A65', processType: 'A33' },
  { dataset: 'year-ahead-forecast-margin', documentType: 'A70', processType: 'A33' },
];
