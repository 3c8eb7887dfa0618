export { createQueueBackend, JobLockMs, type QueueBackend } from './backend.ts';
export { CollectJob, RawPayloadJob, toCollectRequest } from './jobs.ts';
export {
  type CollectQueue,
  collectQueueName,
  createCollectQueue,
  createRawPayloadQueue,
  RAW_PAYLOAD_QUEUE,
  type RawPayloadQueue,
} from './queues.ts';
export {
  type JobContext,
  type JobHandler,
  type RunningWorker,
  startWorker,
  type WorkerSettings,
} from './worker.ts';
