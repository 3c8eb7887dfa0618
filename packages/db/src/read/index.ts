export { type CollectionProgress, type CollectionReader, createCollectionReader } from './collection.ts';
export { isDatabaseAway } from './database-away.ts';
export { createLatestPointReader, type LatestPoint, type LatestPointReader } from './latest-point.ts';
export { createLoadRowReader, type LoadRowReader, type LoadSeries } from './load-row.ts';
export {
  createPayloadRecordReader,
  type PayloadRecord,
  type PayloadRecordReader,
} from './payload-record.ts';
export type { PageMark, PointPage, PointSelection } from './point-page.ts';
export { createPointReader, type PointReader } from './points.ts';
export {
  createSeriesReader,
  type SeriesFilter,
  type SeriesReader,
  type StoredRange,
  type StoredSeries,
} from './series.ts';
export { isUnknownTimezone } from './unknown-timezone.ts';
