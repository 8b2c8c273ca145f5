import { workspaceRoot } from '@mochi/testing'
import nodePlop from 'node-plop'
import type { Kind } from './kinds.ts'
import { planScaffold } from './plan-scaffold.ts'
import { readTemplate } from './read-template.ts'
import type { PlannedFile } from './workspace.ts'

/** The files of a project in an empty workspace, made of this workspace's templates by plop's own renderer. */
export type RenderProject = (kind: Kind, name: string) => readonly PlannedFile[]

export async function createRenderer(): Promise<RenderProject> {
  const plop = await nodePlop()
  const facts = { projects: [], givenPorts: {}, contents: new Map<string, string>() }
  const render = (text: string, data: object) => plop.renderString(text, data)
  return (kind, name) => planScaffold({ kind, name, facts, render, template: readTemplate(workspaceRoot, kind) }).files
}
