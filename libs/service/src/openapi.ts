import { fastify } from 'fastify'
import type { RouteOptions } from 'fastify'
import type { About } from './about.ts'
import type { ServiceApp } from './service-app.ts'

/**
 * The OpenAPI document of the routes that are added from now on, made of their schemas. The package that makes it is loaded
 * when somebody asks for the first time, because it is a sixth of a start.
 */
export function collectOpenApi(app: ServiceApp, { name, version }: About): () => Promise<object> {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  const state: { document?: Promise<object> } = {}
  return () => {
    state.document ??= createDocument(routes, { title: name, version })
    return state.document
  }
}

async function createDocument(
  routes: readonly RouteOptions[],
  info: { title: string; version: string },
): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const app = fastify({ exposeHeadRoutes: false })
  await app.register(swagger, { openapi: { openapi: '3.1.0', info } })
  for (const { method, url, schema } of routes) {
    if ([method].flat().includes('HEAD')) continue
    app.route({ method, url, schema: schema ?? {}, handler: () => undefined })
  }
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}
