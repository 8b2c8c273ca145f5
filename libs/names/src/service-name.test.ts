import fc from 'fast-check'
import { expect, test } from 'vitest'
import { APP_NAME_PATTERN, appNameFault, flavors, serviceName } from './index.ts'

test('a service is named after its app and flavor, in prod after its app alone', () => {
  expect(serviceName('user-profile', 'localdev')).toBe('user-profile_localdev')
  expect(serviceName('user-profile', 'dev')).toBe('user-profile_dev')
  expect(serviceName('user-profile', 'prod')).toBe('user-profile')
})

const endings = ['', '-localdev', '-dev', '-prod', '-dev-dev', '-prod-dev', '-development', '-2']
/** Apps whose names differ only in such an ending, as far as the rule allows them: those that could be mixed up. */
const lookAlikes = fc
  .stringMatching(new RegExp(APP_NAME_PATTERN))
  .map((base) => endings.map((ending) => base + ending).filter((app) => appNameFault(app) === undefined))
const services = lookAlikes.map((apps) => apps.flatMap((app) => flavors.map((flavor) => serviceName(app, flavor))))

test('two services never share a name', () => {
  fc.assert(fc.property(services, (names) => new Set(names).size === names.length))
})

test('two services never share a label in DNS, where the underscore becomes a dash', () => {
  fc.assert(
    fc.property(services, (names) => new Set(names.map((name) => name.replace('_', '-'))).size === names.length),
  )
})

test('a service name fits into a DNS label of 63 characters', () => {
  fc.assert(fc.property(services, (names) => names.every((name) => name.length <= 63)))
})
