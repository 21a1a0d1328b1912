/** The simulator: one page that hosts every channel's simulator. The hub mounts it; this package knows the channels, the hub does not. */

export type { CrowdReport, CustomerReport } from './crowd/report.ts'
export * from './crowd/run.ts'
export * from './host.ts'
export * from './simulators.ts'
