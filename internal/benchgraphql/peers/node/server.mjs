// Answers with mercurius, compiled or not, until its input ends.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [, , jit, path] = process.argv
const edges = JSON.parse(readFileSync(path))
const byId = new Map(edges.map((e) => [e.node.id, e.node]))
const place = new Map(edges.map((e, i) => [e.cursor, i + 1]))
const firstOf = (name) => (a, { first }) => ({ edges: a[name].edges.slice(0, first) })

const app = Fastify()
app.register(mercurius, {
  jit: jit === '--jit' ? 1 : 0,
  schema: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  resolvers: {
    Query: {
      apprentice: (_, { by }) => byId.get(by.id) ?? null,
      apprentices(_, { first, after }) {
        const from = after ? place.get(after) : 0
        const page = edges.slice(from, from + first)
        return {
          totalCount: edges.length,
          pageInfo: { hasNextPage: from + first < edges.length, endCursor: page.at(-1)?.cursor ?? null },
          edges: page,
        }
      },
    },
    Apprentice: { milestones: firstOf('milestones'), credits: firstOf('credits') },
  },
})
console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
process.stdin.resume().on('end', () => process.exit(0))
