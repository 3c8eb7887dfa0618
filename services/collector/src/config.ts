import { BaseConfig, DatabaseUrl, QueueUrl } from '@energy-data-service/runtime';
import { z } from 'zod';

export const CollectorConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  QUEUE_URL: QueueUrl,
  /** Requests under way at a time in this process. */
  COLLECTOR_CONCURRENCY: z.coerce.number().int().positive().default(8),
});
