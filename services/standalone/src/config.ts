import { COLUMNSTORE_AFTER_DAYS } from '@energy-data-service/db';
import { DEFAULT_DATA_DIR } from '@energy-data-service/embedded-postgres';
import { BaseConfig, DatabaseUrl, Port, QueueUrl } from '@energy-data-service/runtime';
import { CollectAreas, CollectDatasets } from '@energy-data-service/scheduler';
import { z } from 'zod';

export const StandaloneConfig = BaseConfig.extend({
  /** Folder of the embedded PostgreSQL's data. */
  DATA_DIR: z.string().default(DEFAULT_DATA_DIR),
  /** A server to use instead of the embedded one. */
  DATABASE_URL: DatabaseUrl.optional(),
  /** Where the queues live; by default in the database. */
  QUEUE_URL: QueueUrl.optional(),
  HOST: z.string().default('127.0.0.1'),
  /** HTTP port of the API; when it is taken and was not asked for, a free one is. */
  PORT: Port.optional(),
  /** HTTP port of the dashboard, likewise. */
  DASHBOARD_PORT: Port.optional(),
  /** Age in days from which values are kept in columns, where a server given by `DATABASE_URL` can. */
  COLUMNSTORE_AFTER_DAYS: z.coerce.number().int().min(1).max(36_500).default(COLUMNSTORE_AFTER_DAYS),
  COLLECT_DATASETS: CollectDatasets,
  COLLECT_AREAS: z.string().default('CZ,DE_LU,FR').pipe(CollectAreas),
  /** Without a token the data is simulated. */
  ENTSOE_SECURITY_TOKEN: z.string().optional(),
  ENTSOE_SECURITY_TOKEN_FILE: z.string().optional(),
}).superRefine((config, context) => {
  if (config.DATABASE_URL !== undefined && isSimulated(config)) {
    context.addIssue({
      code: 'custom',
      path: ['ENTSOE_SECURITY_TOKEN'],
      message:
        'is needed with DATABASE_URL: simulated data is only ever written to the embedded server, where it has a database of its own',
    });
  }
});
export type StandaloneConfig = z.infer<typeof StandaloneConfig>;

/** Whether there is no token to ask the platform with. */
export function isSimulated(
  config: Pick<StandaloneConfig, 'ENTSOE_SECURITY_TOKEN' | 'ENTSOE_SECURITY_TOKEN_FILE'>,
): boolean {
  return config.ENTSOE_SECURITY_TOKEN === undefined && config.ENTSOE_SECURITY_TOKEN_FILE === undefined;
}
