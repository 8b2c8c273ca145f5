import { requireCommand, runProcess } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createInstaller, sampleTools } from './testing/installer.ts'
import type { Installer } from './testing/installer.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'

/** What stands in for `mochi completion SHELL`: it writes down that it was called, and prints a tiny real completion. */
const COMPLETIONS = {
  bash: '_mochi() { COMPREPLY=(loaded-in-bash); }; complete -F _mochi mochi',
  zsh: '_mochi() { print loaded-in-zsh; }',
  fish: 'complete -c mochi -f -a loaded-in-fish',
}

async function installProfile(): Promise<Installer> {
  const installer = await createInstaller()
  const cases = Object.entries(COMPLETIONS).map(([shell, text]) => `${shell}) cat <<'TEXT'\n${text}\nTEXT\n;;`)
  const mochi = `#!/bin/sh\necho "$*" >>"$HOME/calls"\ncase $2 in\n${cases.join('\n')}\nesac\n`
  const tool = { name: 'mochi', tarball: packTarball(packageMembers({ mochi })), links: { mochi: 'mochi' } }
  await installer.writeLock([tool, ...sampleTools()])
  expect((await installer.run(['--quiet'])).code).toBe(0)
  return installer
}

function runShell(installer: Installer, command: readonly string[], script: string): Promise<Outcome> {
  const [program = '', ...args] = command
  const profile = `${installer.prefix}/etc/profile.${program === 'fish' ? 'fish' : 'sh'}`
  const env = { HOME: installer.home, PATH: '/usr/bin:/bin', TERM: 'dumb' }
  return runProcess(program, [...args, '-c', `. ${profile}\n${script}`], { cwd: installer.home, env })
}

/** Without job control, which an interactive shell without a terminal complains about. */
function withoutComplaints(text: string): string {
  return text
    .replace(/^(?:bash|sh|\d+): .*(?:job control|terminal|tty).*\n/gim, '')
    .replace(/^.*(?:job control|process group).*\n/gim, '')
}

describe.each([
  ['sh', ['sh']],
  ['bash', ['bash', '--norc']],
  ['zsh', ['zsh', '-f']],
  ['fish', ['fish', '-N']],
  ['busybox', ['busybox', 'sh']],
] as const)('etc/profile in %s', (name, command) => {
  const available = requireCommand(name)
  test.runIf(available)(
    'puts the tools on PATH once, and says nothing to any npm, because nvm refuses a variable',
    async () => {
      await using installer = await installProfile()
      const again = `. ${installer.prefix}/etc/profile.${name === 'fish' ? 'fish' : 'sh'}`
      const { stdout, stderr } = await runShell(installer, command, `${again}\nalpha; env | grep -i -e ^PATH= -e ^npm_`)
      const path = `PATH=${installer.prefix}/env/current/bin:/usr/bin:/bin`
      expect({ stdout, stderr }).toEqual({ stdout: `alpha runs\n${path}\n`, stderr: '' })
    },
  )

  test.runIf(available)('calls nothing before the first Tab, and leaves the prompt alone', async () => {
    await using installer = await installProfile()
    const prompt = name === 'fish' ? 'functions fish_prompt | string collect' : 'printf %s "$PS1${PROMPT_COMMAND-}"'
    const interactive = [...command, '-i']
    const outcome = await runShell(installer, interactive, `${prompt}; test -e "$HOME/calls" && echo called`)
    const bare = await runProcess(command[0], [...command.slice(1), '-i', '-c', prompt], {
      cwd: installer.home,
      env: { HOME: installer.home, PATH: '/usr/bin:/bin', TERM: 'dumb' },
    })
    expect(outcome.stdout).toBe(bare.stdout)
    expect(withoutComplaints(outcome.stderr)).toBe(withoutComplaints(bare.stderr))
  })
})

describe('completion, at the first Tab', () => {
  test.runIf(requireCommand('bash'))('in bash asks for the script once and completes again', async () => {
    await using installer = await installProfile()
    const script = [
      'complete -p mochi',
      'COMP_WORDS=(mochi to); _mochi_first_tab; echo "again: $?"',
      'complete -p mochi; _mochi; echo "${COMPREPLY[*]}"; cat "$HOME/calls"',
    ]
    const { stdout } = await runShell(installer, ['bash', '--norc', '-i'], script.join('\n'))
    expect(stdout).toBe(
      'complete -F _mochi_first_tab mochi\nagain: 124\ncomplete -F _mochi mochi\nloaded-in-bash\ncompletion bash\n',
    )
  })

  test.runIf(requireCommand('zsh')).each([
    ['before', ['zsh', '-f', '-i'], 'autoload -Uz compinit; compinit -u -D'],
    ['after', ['zsh', '-f', '-i'], ''],
  ])('in zsh, read %s compinit', async (when, command, later) => {
    await using installer = await installProfile()
    const profile = `. ${installer.prefix}/etc/profile.sh`
    const earlier = when === 'after' ? `autoload -Uz compinit; compinit -u -D; ${profile}` : ''
    const script = [earlier, later, 'echo $_comps[mochi]; _mochi; _mochi; cat "$HOME/calls"']
    const { stdout } = await runShell(installer, command, script.join('\n'))
    expect(stdout).toBe('_mochi\nloaded-in-zsh\nloaded-in-zsh\ncompletion zsh\n')
  })

  test.runIf(requireCommand('fish'))('in fish', async () => {
    await using installer = await installProfile()
    const script = 'complete --do-complete "mochi "; complete --do-complete "mochi "; cat "$HOME/calls"'
    const { stdout } = await runShell(installer, ['fish', '-N', '-i'], script)
    expect(stdout).toContain('loaded-in-fish')
    expect(stdout).toMatch(/\ncompletion fish\n$/)
  })
})
