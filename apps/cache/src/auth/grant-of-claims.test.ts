import { describe, expect, test } from 'vitest'
import { grantOfClaims, isOfProject } from './grant-of-claims.ts'

/** As docs/guide/ci.md has it: Jenkins’ plugin for ID tokens, with the claim `ref` that it is told to add. */
describe('the grant of a build of Jenkins', () => {
  const iss = 'https://jenkins.example.com/job/acme/oidc'
  const job = (name: string) => `https://jenkins.example.com/job/acme/job/app/job/${name}/`
  const rules = { project: { iss }, main: { sub: job('main') } }

  test.each([
    ['main', 'main', 'main'],
    ['feature%252Fa', 'feature/a', 'branch:feature/a'],
    ['PR-12', 'PR-12', 'branch:PR-12'],
    ['other', 'main', 'branch:main'],
  ])('of the job %s for %s is %s', (name, ref, scope) => {
    expect(grantOfClaims(rules, { iss, exp: 1, sub: job(name), ref })).toMatchObject({ scope })
  })

  test('names the job, and nobody else’s issuer gets one', () => {
    expect(grantOfClaims(rules, { iss, exp: 1, sub: job('main') })).toMatchObject({ writer: `${iss} ${job('main')}` })
    expect(isOfProject(rules, { iss, sub: job('main') })).toBe(true)
    expect(isOfProject(rules, { iss: 'https://jenkins.example.com/oidc', sub: job('main') })).toBe(false)
  })
})
