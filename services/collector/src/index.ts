export { startCollector } from './start.ts';
