export {
  createStoredAnswerStateReader,
  type FailedAnswerFilter,
  type StoredAnswerState,
  type StoredAnswerStateReader,
} from './answer-state.ts';
export {
  type BackfillProgress,
  type BackfillReader,
  createBackfillReader,
  type FailedWindow,
  hasEnded,
} from './backfill.ts';
export { type CollectionProgress, type CollectionReader, createCollectionReader } from './collection.ts';
export { type Completeness, type CompletenessReader, createCompletenessReader } from './completeness.ts';
export { isDatabaseAway, isDatabaseFull, isStatementTimeout, queryFailureFields } from './database-away.ts';
export { createLatestPointReader, type LatestPoint, type LatestPointReader } from './latest-point.ts';
export { createLoadRowReader, type LoadRowReader, type LoadSeries } from './load-row.ts';
export { createOpenWindowsReader, type OpenWindow, type OpenWindowsReader } from './open-windows.ts';
export {
  createPayloadRecordReader,
  type PayloadRecord,
  type PayloadRecordReader,
} from './payload-record.ts';
export {
  createPipelineStateReader,
  type PipelineState,
  type PipelineStateReader,
} from './pipeline-state.ts';
export type { PageMark, PointPage, PointSelection } from './point-page.ts';
export { createPointReader, type PointReader } from './points.ts';
export {
  createSeriesReader,
  type SeriesFilter,
  type SeriesReader,
  type StoredRange,
  type StoredSeries,
} from './series.ts';
export {
  createStatusFactsReader,
  type ItemFacts,
  type LatestPoll,
  type PriorityBacklog,
  type RecentFailure,
  type SourceFacts,
  type StatusFacts,
  type StatusFactsReader,
} from './status-facts.ts';
export {
  type AnswerVolume,
  createStoredVolumeReader,
  type StoredVolume,
  type StoredVolumeReader,
} from './stored-volume.ts';
export { isUnknownTimezone } from './unknown-timezone.ts';
