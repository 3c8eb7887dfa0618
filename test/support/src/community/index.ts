export { convertAllChunks, type Form, formsOf } from './columns.ts';
export { startCommunityTimescaleDb } from './server.ts';
