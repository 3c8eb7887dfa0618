import { JobLockMs } from '@energy-data-service/queue';
import { BaseConfig, DatabaseUrl, QueueUrl } from '@energy-data-service/runtime';
import { z } from 'zod';

export const CollectorConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  QUEUE_URL: QueueUrl,
  JOB_LOCK_MS: JobLockMs,
  /** Requests under way at a time in this process. */
  COLLECTOR_CONCURRENCY: z.coerce.number().int().positive().default(8),
});
