import { expect, test } from 'vitest'
import { madeUp } from './test-workspace.ts'
import { testFilesOf } from './test-files.ts'

test('what only tests import is theirs, through any number of files; an entry and what it needs is not', () => {
  const workspace = madeUp({
    'libs/a/src/index.ts': "import './used.ts'\n",
    'libs/a/src/used.ts': '',
    'libs/a/src/shared.ts': '',
    'libs/a/src/main.ts': "const load = () => import('./shared.ts')\n",
    'libs/a/src/a.test.ts': "import './used.ts'\nimport './rig/workbench.ts'\n",
    'libs/a/src/rig/workbench.ts': "import './server.ts'\nimport '../shared.ts'\n",
    'libs/a/src/rig/server.ts': '',
  })
  const [project] = workspace.packages
  const found = project === undefined ? [] : [...testFilesOf(project)].sort()
  expect(found).toEqual(['libs/a/src/a.test.ts', 'libs/a/src/rig/server.ts', 'libs/a/src/rig/workbench.ts'])
})
