export { type ApiDependencies, createApp } from './app.ts';
export type { CollectionRequest, RequestCollection } from './collect-data.ts';
export { type ApiOptions, type RunningApi, startApi } from './server.ts';
export { serveDatabase } from './start.ts';
