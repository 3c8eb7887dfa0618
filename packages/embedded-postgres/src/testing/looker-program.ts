/**
 * Looks, as another user, for a server on the folder given as the first argument, and tells what came of it on standard
 * output. Only root can become another user.
 */
import { findEmbeddedPostgres } from '../index.ts';

const [dataDir, userId] = process.argv.slice(2);
if (dataDir === undefined || userId === undefined) {
  throw new Error('usage: looker-program.ts <data folder> <user id>');
}

// Only now: that user may not be able to read this program.
process.setgroups?.([]);
process.setgid?.(Number(userId));
process.setuid?.(Number(userId));
const found = await findEmbeddedPostgres(dataDir).catch((error: Error) => `${error.name}: ${error.message}`);
process.stdout.write(JSON.stringify(found));
