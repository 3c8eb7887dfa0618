export { type BackfillItem, type CollectionRepository, createCollectionRepository } from './collection.ts';
export {
  type CollectionWindowRepository,
  createCollectionWindowRepository,
  type PendingRequest,
  type ScheduledWindow,
} from './collection-window.ts';
export { connect, disconnect, type Sql, type Transaction } from './connect.ts';
export { type CoverageRepository, createCoverageRepository, type ScheduledItem } from './coverage.ts';
export { type DatabaseReadiness, findDatabaseReadiness } from './database-readiness.ts';
export { ensureDatabase } from './ensure-database.ts';
export type { AnsweredItem } from './item-lock.ts';
export {
  COLUMNSTORE_AFTER_DAYS,
  findStorage,
  type MigrateOptions,
  migrate,
  type Storage,
  type TimescaleEdition,
} from './migrate.ts';
export { createMissingDatabase } from './missing-database.ts';
export type { LockWait } from './patient-transaction.ts';
export type { PointChanges } from './points.ts';
export { createRawPayloadRepository, type RawPayload, type RawPayloadRepository } from './raw-payload.ts';
export * from './read/index.ts';
export {
  createRebuildRepository,
  type ItemAnswers,
  type Rebuilding,
  type RebuildRepository,
} from './rebuild.ts';
export {
  createRequestSlotRepository,
  type RequestSlot,
  type RequestSlotRepository,
} from './request-slots.ts';
export { isSimulatedDatabase, SIMULATED_PREFIX } from './simulated-database.ts';
export { runSingly, sinceLastRound } from './single-runner.ts';
export { createSourceCircuitRepository, type SourceCircuitRepository } from './source-circuit.ts';
export {
  createSourceStateRepository,
  type LongestWindow,
  type SourceLook,
  type SourceStateRepository,
} from './source-state.ts';
export { createStoredAnswerRepository, type StoredAnswerRepository } from './stored-answer.ts';
export { listenForOpenedWindows } from './window-opened.ts';
