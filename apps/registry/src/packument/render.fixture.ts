import { assemble, assembleManifest, toLines } from './lines.ts'
import type { LinesForm } from './lines.ts'
import type { Packument } from './packument.ts'

/** What clients get of a packument of which all is allowed. */
export function renderFull(packument: Packument, base: string): string {
  return render(packument, 'full', base)
}

export function renderAbbreviated(packument: Packument, base: string): string {
  return render(packument, 'abbreviated', base)
}

export function renderManifest(packument: Packument, version: string, base: string): string {
  return assembleManifest(toLines(packument, 'full'), version, base)?.toString() ?? ''
}

function render(packument: Packument, form: LinesForm, base: string): string {
  return assemble(toLines(packument, form), { allowed: packument, form, base }).toString()
}
