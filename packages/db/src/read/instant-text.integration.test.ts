import { createTestDatabase } from '@energy-data-service/test-support';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { instantText } from './instant-text.ts';

const INSTANTS = ['2024-01-15T12:00:00Z', '2024-07-15T12:34:56.789Z'];

let sql: Sql;
const scope = new AsyncDisposableStack();

beforeAll(async () => {
  const database = scope.use(await createTestDatabase(inject('databaseServerUrl')));
  sql = connect(database.url);
  scope.defer(() => sql.end());
});
afterAll(() => scope.disposeAsync());

async function written(timezone: string): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select ${instantText(sql, 'at', timezone)} as text
    from unnest(${INSTANTS}::timestamptz[]) with ordinality as given (at, place)
    order by place`;
  return rows.map(({ text }) => text);
}

function expected(timezone: string): string[] {
  return INSTANTS.map((text) =>
    Temporal.Instant.from(text).toZonedDateTimeISO(timezone).toString({ timeZoneName: 'never' }),
  );
}

it.each(['Europe/Brussels', 'America/St_Johns', 'Asia/Kathmandu', 'EST5EDT', 'Etc/GMT-14'])(
  'writes instants in winter and summer of %s with their offset',
  async (timezone) => {
    expect(await written(timezone)).toEqual(expected(timezone));
  },
);

it('writes instants of a zone whose name is an abbreviation for the server, too', async () => {
  const rows = await sql<{ abbrev: string }[]>`select distinct abbrev from pg_timezone_abbrevs`;
  const zones = rows.map(({ abbrev }) => abbrev).filter(isTimezone);
  expect(zones).toEqual(expect.arrayContaining(['CET', 'EET', 'MET', 'WET']));
  for (const zone of zones) expect([zone, await written(zone)]).toEqual([zone, expected(zone)]);
  expect(await written('cet')).toEqual(expected('CET'));
});

function isTimezone(name: string): boolean {
  try {
    return Temporal.Now.zonedDateTimeISO(name).timeZoneId !== '' && name !== 'UTC';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
