/** The peer of the template's route: the same route with the same schemas and the same work, on fastify alone. */
import { createHmac } from 'node:crypto'
import { fastify } from 'fastify'
import { Type } from 'typebox'

const schema = {
  params: Type.Object({ who: Type.String({ maxLength: 100 }) }),
  response: { 200: Type.Object({ message: Type.String() }) },
}

const app = fastify()
app.get<{ Params: { who: string } }>('/hello/:who', { schema }, (request, reply) => {
  const message = `Hello, ${request.params.who}`
  reply.header('x-seal', createHmac('sha256', 'a key of thirty-two bytes or more').update(message).digest('base64url'))
  return { message }
})
process.stdout.write(`bare fastify listens on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
