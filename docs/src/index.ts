export { findBrokenLinks } from './links.ts'
export { parsePage, type Page, type Step } from './page.ts'
export { formatFault, replayPage, type Fault, type ReplayOptions } from './replay.ts'
