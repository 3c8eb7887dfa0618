export { connect, type Sql, type Transaction } from './connect.ts';
export { migrate, timescaleEdition } from './migrate.ts';
