import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { serviceConfig } from './config.ts'
import { misspeltVariables } from './misspelt.ts'

const schema = serviceConfig('user-profile', {
  maxItems: Type.Integer({ default: 10 }),
  ports: Type.String({ default: '' }),
})

test.each([
  ['USER_PROFILE_PROT', 'USER_PROFILE_PORT'],
  ['USER_PROFILE_PRT', 'USER_PROFILE_PORT'],
  ['USER_PROFILE_PORTSS', 'USER_PROFILE_PORTS'],
  ['USER_PROFILE_HOSR', 'USER_PROFILE_HOST'],
  ['USER_PROFILE_MAXITEMS', 'USER_PROFILE_MAX_ITEMS'],
  ['USER_PROFILE_MAX_ITMES', 'USER_PROFILE_MAX_ITEMS'],
])('%s is taken for a misspelt %s', (found, meant) => {
  expect(misspeltVariables(schema, { [found]: '1' })).toEqual([{ found, meant }])
})

test.each([
  ['that is one', 'USER_PROFILE_PORTS'],
  ['that is further away', 'USER_PROFILE_HOME'],
  ['of another length', 'USER_PROFILE_'],
  ['of another service', 'USER_PROFILES_PORT'],
  ['of nobody', 'PORT'],
])('a variable %s is left alone', (_name, found) => {
  expect(misspeltVariables(schema, { [found]: '1' })).toEqual([])
})
