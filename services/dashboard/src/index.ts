export { DEFAULT_PORT } from './config.ts';
export { DashboardPasswords, hasPassword } from './passwords.ts';
export { type RunningDashboard, startDashboard } from './start.ts';
