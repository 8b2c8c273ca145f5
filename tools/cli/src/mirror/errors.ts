import { defineErrors } from '@mochi/errors'

/** What keeps `mochi mirror` from asking the services that mirror. */
export const errors = defineErrors({
  CLI_MIRROR_NONE: {
    summary: 'No running service mirrors anything',
    explain: `Packages and the toolchain are mirrored by the service \`registry\`, git repositories by the service \`git\`. \`./mochi mirror status\` asks
those that run on this machine.`,
    message: ({ running }: { running: readonly string[] }) =>
      `Expected a running service that mirrors something, found ${running.length === 0 ? 'none that runs' : running.join(', ')}.`,
    hint: ({ instance }: { instance: string | undefined }) =>
      `./mochi up${instance === undefined ? '' : ` --instance ${instance}`} registry git`,
  },
  CLI_MIRROR_AWAY: {
    summary: 'A service that runs does not answer about its mirrors',
    explain: `The service is watched over and has a port, and gave no answer. It may just be starting; its log says more.`,
    message: ({ url, reason }: { url: string; reason: string }) =>
      `Expected an answer from ${url}, found none: ${reason}.`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi status',
  },
  CLI_MIRROR_REFUSED: {
    summary: 'A service does not do what was asked of its mirrors',
    explain: `The service answers, and says why not: another run goes on, there is no such source or finding, or who asks may not.`,
    message: ({ status, code, error }: { url: string; status: number; code: string; error: string }) =>
      `Expected the mirror to do it, found ${status} ${code}: ${error}`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi mirror status',
  },
  CLI_MIRROR_CUT: {
    summary: 'A run of a mirror was not told to its end',
    explain: `The service ended the connection in the middle: it was stopped, or it has ended. What it had fetched it holds; the next run goes on
from there.`,
    message: ({ url }: { url: string }) =>
      `Expected to hear how the run ended, found the end of the connection to ${url}.`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi mirror status',
  },
  CLI_MIRROR_ACK_NOTHING: {
    summary: 'It was not said which findings are acknowledged',
    explain: `Acknowledging says that somebody has looked at what upstream did: the findings' ids, or \`--all\` for every one that is open. Either way
\`--reason\` says what was decided, for those who read it later.`,
    message: () => 'Expected ids of findings, or --all, found neither.',
    hint: () => './mochi mirror status',
  },
  CLI_MIRROR_ACK_WHY: {
    summary: 'A finding is acknowledged without a reason',
    explain: `What upstream did stays in the list with who looked at it and what was decided, for those who read it later.`,
    message: () => 'Expected words after --reason, found none.',
    hint: () => "./mochi mirror ack ID --reason 'upstream says that …'",
  },
})
