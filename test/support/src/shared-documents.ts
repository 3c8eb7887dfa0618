import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real documents of the platform with the rows that each must decode to, beside the project; not part of it. */
export const SHARED_DOCUMENTS = join(import.meta.dirname, '../../../../shared/data/entsoe');

/** Whether they are there; tests that read them are skipped, visibly, where they are not. */
export const HAS_SHARED_DOCUMENTS = existsSync(SHARED_DOCUMENTS);
