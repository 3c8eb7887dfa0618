export { startProcessor } from './start.ts';
