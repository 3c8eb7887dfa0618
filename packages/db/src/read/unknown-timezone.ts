import postgres from 'postgres';

/** Whether the server refused a query because its list of time zones lacks a name. */
export function isUnknownTimezone(error: unknown): boolean {
  return (
    error instanceof postgres.PostgresError && error.code === '22023' && /time zone/i.test(error.message)
  );
}
