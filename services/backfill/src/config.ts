import { DEFAULT_DATA_DIR } from '@energy-data-service/embedded-postgres';
import { DatabaseUrl } from '@energy-data-service/runtime';
import { z } from 'zod';

export const BackfillConfig = z.object({
  /** Without it, a command works on the embedded server that `pnpm start` runs. */
  DATABASE_URL: DatabaseUrl.optional(),
  /** Folder of that server's data, as it was given to `pnpm start`. */
  DATA_DIR: z.string().default(DEFAULT_DATA_DIR),
});
export type BackfillConfig = z.infer<typeof BackfillConfig>;
