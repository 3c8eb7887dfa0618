import { BaseConfig, isLoopbackHost, Port, QueueUrl } from '@energy-data-service/runtime';
import { z } from 'zod';
import { DashboardPasswords, hasPassword } from './passwords.ts';

/** Beside the API's. */
export const DEFAULT_PORT = 8081;

const Host = z.string().default('127.0.0.1');

export const DashboardConfig = BaseConfig.extend({
  QUEUE_URL: QueueUrl,
  HOST: Host,
  PORT: Port.default(DEFAULT_PORT),
});

/** The passwords, of which there must be one where others than this machine could look. */
export const DashboardAccess = z
  .object({ HOST: Host })
  .and(DashboardPasswords)
  .superRefine(({ HOST, ...passwords }, context) => {
    if (isLoopbackHost(HOST) || hasPassword(passwords)) return;
    context.addIssue({
      code: 'custom',
      path: ['DASHBOARD_VIEWER_PASSWORD'],
      message: `set this or DASHBOARD_OPERATOR_PASSWORD (or their …_FILE): without a password the dashboard listens on HOST=127.0.0.1 only`,
    });
  });
