import { defineConfig } from 'vitest/config'

// .ci/run counts what passed and failed from this file.
const report = process.env.TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Two of them live through thirty days: no core is left idle.
    maxWorkers: '100%',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
