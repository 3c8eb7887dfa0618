export { createQueueBackend, JobLockMs, type QueueBackend, type QueueMemory } from './backend.ts';
export {
  type Board,
  type BoardAppearance,
  type BoardRole,
  type BoardServer,
  createBoard,
} from './board.ts';
export { createJobMetrics, type JobMetrics } from './job-metrics.ts';
export { CollectJob, RawPayloadJob, toCollectRequest } from './jobs.ts';
export { createQueueMonitor, type QueueMonitor, type QueueState } from './queue-monitor.ts';
export { findQueueReadiness, type QueueReadiness } from './queue-readiness.ts';
export {
  type CollectQueue,
  collectQueueName,
  createCollectQueue,
  createRawPayloadQueue,
  RAW_PAYLOAD_QUEUE,
  type RawPayloadQueue,
  type StoredAnswer,
} from './queues.ts';
export { loadQueueTelemetry } from './telemetry.ts';
export {
  type JobContext,
  type JobHandler,
  type RunningWorker,
  startWorker,
  type WorkerSettings,
} from './worker.ts';
