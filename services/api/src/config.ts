import { BaseConfig, DatabaseUrl, Port } from '@energy-data-service/runtime';
import { z } from 'zod';

export const ApiConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  HOST: z.string().default('127.0.0.1'),
  PORT: Port.default(8080),
  /** After which the server ends a statement of a request. */
  STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).default(30_000),
});
