/** All tests of the house: `npm test`. One PostgreSQL for the run, one database for each file that wants one. No test may fail because a machine is slow. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts', '**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 300_000,
    teardownTimeout: 20_000,
    // Generous, since it only ends a hang: nothing here measures speed.
    slowTestThreshold: 5_000,
    // On a shared machine a browser may lose a moment: one more try there, and the report says which test needed it.
    retry: process.env.CI ? 1 : 0,
  },
})
