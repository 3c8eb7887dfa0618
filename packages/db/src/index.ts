export {
  type CollectionWindowRepository,
  createCollectionWindowRepository,
  type PendingRequest,
  type ScheduledWindow,
} from './collection-window.ts';
export { connect, type Sql, type Transaction } from './connect.ts';
export { type CoverageRepository, createCoverageRepository, type ScheduledItem } from './coverage.ts';
export { ensureDatabase } from './ensure-database.ts';
export { migrate, timescaleEdition } from './migrate.ts';
export type { PointChanges } from './points.ts';
export { createRawPayloadRepository, type RawPayload, type RawPayloadRepository } from './raw-payload.ts';
export * from './read/index.ts';
export { runSingly } from './single-runner.ts';
export { createSourceStateRepository, type SourceStateRepository } from './source-state.ts';
export { createStoredAnswerRepository, type StoredAnswerRepository } from './stored-answer.ts';
export { listenForOpenedWindows } from './window-opened.ts';
