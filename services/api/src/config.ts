import { BaseConfig, DatabaseUrl, Port } from '@energy-data-service/runtime';
import { z } from 'zod';

export const ApiConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  HOST: z.string().default('127.0.0.1'),
  PORT: Port.default(8080),
});
