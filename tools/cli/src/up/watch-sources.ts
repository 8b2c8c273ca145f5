import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'

/** How long it is waited for the next file of one change, in milliseconds. */
const PAUSE = 100

/** What a change of means another program: sources, not what targets write. */
const SOURCES = /^(?!.*(?:^|\/)(?:node_modules|dist|reports)\/).*\.(?:ts|json)$/

export type WatchSourcesOptions = {
  /** Called once for each burst of changes. */
  readonly onChange: () => void
  /** Called when a folder cannot be watched, as where the system has no more watches; changes in it are then not seen. */
  readonly onTrouble: (error: Error) => void
  /** Node's own by default. */
  readonly watchFolder?: (folder: string, onFile: OnFile) => Pick<FSWatcher, 'on' | 'close'>
}

type OnFile = (event: string, file: string | null) => void

/** Watches the sources in folders. */
export function watchSources(folders: readonly string[], options: WatchSourcesOptions): Disposable {
  const { onChange, onTrouble, watchFolder = watchRecursively } = options
  const state: { timer?: NodeJS.Timeout } = {}
  const changed: OnFile = (_event, file) => {
    if (file === null || !SOURCES.test(file)) return
    clearTimeout(state.timer)
    state.timer = setTimeout(onChange, PAUSE)
  }
  const watchers = folders.flatMap((folder) => {
    try {
      return [watchFolder(folder, changed).on('error', onTrouble)]
    } catch (error) {
      onTrouble(error as Error)
      return []
    }
  })
  return {
    [Symbol.dispose]: () => {
      clearTimeout(state.timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

function watchRecursively(folder: string, onFile: OnFile): FSWatcher {
  return watch(folder, { recursive: true }, onFile)
}
