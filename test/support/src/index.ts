import './provided-context.ts';

export { type ContainerServer, startRedis, startTimescaleDb } from './containers.ts';
export { type Line, layLine } from './line.ts';
export { HAS_SHARED_DOCUMENTS, SHARED_DOCUMENTS } from './shared-documents.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export {
  createTestQueueServer,
  hasQueueServer,
  QUEUE_SERVER_KINDS,
  type QueueServerKind,
  type TestQueueServer,
  untilNoDeadlock,
} from './test-queue.ts';
