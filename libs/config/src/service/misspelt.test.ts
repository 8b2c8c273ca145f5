import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { misspeltVariables } from './misspelt.ts'

const schema = Type.Object({
  host: Type.String(),
  port: Type.Integer(),
  ports: Type.String(),
  maxItems: Type.Integer(),
})

function misspelt(found: string): unknown {
  return misspeltVariables({ schema, name: 'user-profile', environment: { [found]: '1' } })
}

test.each([
  ['USER_PROFILE_PROT', 'USER_PROFILE_PORT'],
  ['USER_PROFILE_PRT', 'USER_PROFILE_PORT'],
  ['USER_PROFILE_PORTSS', 'USER_PROFILE_PORTS'],
  ['USER_PROFILE_HOSR', 'USER_PROFILE_HOST'],
  ['USER_PROFILE_MAXITEMS', 'USER_PROFILE_MAX_ITEMS'],
  ['USER_PROFILE_MAX_ITMES', 'USER_PROFILE_MAX_ITEMS'],
])('%s is taken for a misspelt %s', (found, meant) => {
  expect(misspelt(found)).toEqual([{ found, meant }])
})

test.each([
  ['that is one', 'USER_PROFILE_PORTS'],
  ['that is further away', 'USER_PROFILE_HOME'],
  ['of another length', 'USER_PROFILE_'],
  ['of another service', 'USER_PROFILES_PORT'],
  ['of nobody', 'PORT'],
])('a variable %s is left alone', (_name, found) => {
  expect(misspelt(found)).toEqual([])
})
