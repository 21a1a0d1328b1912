/** The simulator: one page that hosts every channel's simulator. The hub mounts it; this package knows the channels, the hub does not. */
export * from './host.ts'
export * from './simulators.ts'
