import { defineConfig } from 'vitest/config';

const integration = '**/*.integration.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,services,test}/*/src/**/*.test.ts'],
          exclude: ['**/node_modules/**', integration],
        },
      },
      {
        test: {
          name: 'integration',
          include: [`{packages,services,test}/*/src/${integration}`],
          globalSetup: ['test/support/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
