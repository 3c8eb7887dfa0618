/**
 * Starts a server on the folder given as the argument, stores a row, tells its URL on standard output and
 * stays. An interrupt makes it connect once more, tell how many rows there are, and end in order. When it comes
 * second it says so and ends.
 */
import postgres from 'postgres';
import { AlreadyRunningError, startEmbeddedPostgres } from '../index.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: holder-program.ts <data folder>');

const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } }).catch((error) => {
  if (!(error instanceof AlreadyRunningError)) throw error;
  process.stdout.write('already running\n');
  process.exit();
});
const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
await sql`create table if not exists note (body text)`;
await sql`insert into note values ('committed')`;
await sql.end();
await server.publish({ url: 'http://127.0.0.1:1', database: 'postgres', isSimulated: true });

process.once('SIGINT', async () => {
  const late = postgres(server.url, { max: 1 });
  const [row] = await late<{ notes: number }[]>`select count(*)::int as notes from note`;
  process.stdout.write(`notes: ${row?.notes}\n`);
  await late.end();
  await server.stop();
});

process.stdout.write(`${server.url}\n`);
