import { DatabaseUrl } from '@energy-data-service/runtime';
import { z } from 'zod';

export const BackfillConfig = z.object({ DATABASE_URL: DatabaseUrl });
