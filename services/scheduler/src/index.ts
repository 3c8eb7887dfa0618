export { CollectAreas, CollectDatasets } from './config.ts';
export { startScheduler } from './start.ts';
