export { CollectAreas, CollectDatasets, endedAreas } from './config.ts';
export { startScheduler } from './start.ts';
