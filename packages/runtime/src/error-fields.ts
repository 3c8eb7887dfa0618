/** What an error may say of itself in the log, beside its name, message and stack. */
const FIELDS = [
  'code',
  'context',
  'detail',
  'hint',
  'constraint_name',
  'table_name',
  'syscall',
  'address',
  'port',
];

/** An error as it is logged. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly [field: string]: unknown;
}

/**
 * What is logged of an error, of its causes, and of those that it gathers: named fields only. Libraries hang all
 * sorts of things on their errors; that of Redis a refused command, password included.
 */
export function errorFields(error: unknown): ErrorFields | string {
  if (!(error instanceof Error)) return String(error);
  const fields = Object.entries(error).filter(([name]) => FIELDS.includes(name));
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(fields),
    ...(error.cause !== undefined && { cause: errorFields(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(errorFields) }),
  };
}
