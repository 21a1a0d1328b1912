/** The API described: OpenAPI 3.1 made from the routes, and an explorer that asks nobody outside for anything. */
import { problemKinds, type Route, routes, scopeOf } from '@dragoman/api'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { WebContext } from './context.ts'

export async function registerOpenApi(app: FastifyInstance, web: WebContext): Promise<void> {
  // Made when it is first asked for: it would be a tenth of a start.
  let document: string | undefined
  app.get('/openapi.json', { config: { rule: 'public' } }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(web.version))
    return reply.header('content-type', 'application/json; charset=utf-8').send(document)
  })
  await app.register(async scope => {
    scope.addHook('onRequest', async (_request, reply) => {
      // The explorer brings its own script and styles; it still may ask nobody but us.
      void reply.header(
        'content-security-policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'",
      )
    })
    await scope.register(scalar, {
      routePrefix: '/reference',
      configuration: {
        url: '/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        proxyUrl: '',
        agent: { disabled: true },
        mcp: { disabled: true },
      } as Record<string, unknown>,
    })
  })
}

/** The whole document. */
export function openApiDocument(version: string): Record<string, unknown> {
  const schemas: Record<string, unknown> = {}
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
    const {
      $defs = {},
      $schema: _schema,
      ...json
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Record<string, unknown> & {
      $defs?: Record<string, unknown>
    }
    for (const [name, definition] of Object.entries($defs))
      schemas[name] ??= JSON.parse(JSON.stringify(definition).replaceAll('#/$defs/', '#/components/schemas/'))
    return JSON.parse(JSON.stringify(json).replaceAll('#/$defs/', '#/components/schemas/')) as Record<string, unknown>
  }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [operation, definition] of Object.entries(routes) as [string, Route][]) {
    const path = definition.path.replace(/:(\w+)/g, '{$1}')
    const parameters = [...parametersOf(definition.params, 'path', schemaOf), ...parametersOf(definition.query, 'query', schemaOf)]
    const requestBody = definition.multipart
      ? {
          required: true,
          content: {
            'multipart/form-data': {
              schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] },
            },
          },
        }
      : definition.body
        ? { required: true, content: { 'application/json': { schema: schemaOf(definition.body, 'input') } } }
        : undefined
    paths[path] ??= {}
    paths[path][definition.method.toLowerCase()] = {
      operationId: operation,
      summary: definition.summary,
      tags: [definition.tag],
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(requestBody ? { requestBody } : {}),
      security: securityOf(definition),
      'x-rule': definition.rule,
      ...(definition.right ? { 'x-right': definition.right } : {}),
      ...(keyScopeOf(definition) ? { 'x-scope': keyScopeOf(definition) } : {}),
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: schemaOf(definition.response, 'output') } } },
        default: {
          description: 'A problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    }
  }
  schemas.Problem = {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail', 'advice'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(problemKinds) },
      detail: { type: 'string' },
      advice: { type: 'string' },
      requestId: { type: 'string' },
    },
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dragoman',
      version,
      description:
        'One desk for every messenger. Machines send `Authorization: Bearer dgm_…`; the scope that a key needs stands at each operation as `x-scope`, the right of a person (or of the maker of the key) as `x-right`. In the browser’s session, requests that change something carry the header `X-Dragoman: 1`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, made in settings. Which scopes it has is said when it is made.' },
        session: { type: 'apiKey', in: 'cookie', name: 'dragoman_session' },
      },
    },
  }
}

/** The scope that a key needs; null: no key may. */
function keyScopeOf(definition: Route): string | null {
  return definition.rule === 'public' ? null : scopeOf(definition)
}

function securityOf(definition: Route): Record<string, string[]>[] {
  if (definition.rule === 'public') return []
  const scope = keyScopeOf(definition)
  return [...(scope ? [{ key: [scope] }] : []), { session: [] }]
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  schemaOf: (schema: z.ZodType, io: 'input') => Record<string, unknown>,
): object[] {
  if (!schema) return []
  const json = schemaOf(schema, 'input') as { properties?: Record<string, object>; required?: string[] }
  return Object.entries(json.properties ?? {}).map(([name, definition]) => ({
    name,
    in: place,
    required: place === 'path' || (json.required ?? []).includes(name),
    schema: definition,
  }))
}
