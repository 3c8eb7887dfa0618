export { AlreadyRunningError } from './already-running-error.ts';
export { DEFAULT_DATA_DIR, serverFolder } from './data-folder.ts';
export { DataFolderAccessError } from './data-folder-access-error.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { type FoundPostgres, type FoundWork, findEmbeddedPostgres } from './find-embedded-postgres.ts';
export type { PublishedInfo } from './published-info.ts';
