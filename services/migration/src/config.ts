import { COLUMNSTORE_AFTER_DAYS } from '@energy-data-service/db';
import { BaseConfig, DatabaseUrl } from '@energy-data-service/runtime';
import { z } from 'zod';

export const MigrationConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  /** Age in days from which values are kept in columns, where the server can. */
  COLUMNSTORE_AFTER_DAYS: z.coerce.number().int().min(1).max(36_500).default(COLUMNSTORE_AFTER_DAYS),
});
