/** The CI servers that `nx g ci` knows: the template below `templates/ci`, and where that server looks for it. */
export const workflowOf = {
  github: { template: 'github.yml', path: '.github/workflows/ci.yml' },
  gitlab: { template: 'gitlab.yml', path: '.gitlab-ci.yml' },
  jenkins: { template: 'Jenkinsfile', path: 'Jenkinsfile' },
} as const satisfies Record<string, { template: string; path: string }>

export type Server = keyof typeof workflowOf

export const servers = Object.keys(workflowOf) as readonly Server[]
