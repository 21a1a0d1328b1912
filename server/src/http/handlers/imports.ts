/** What the operations of imports do. */
import type { importRoutes } from '@dragoman/api'
import {
  actOnImport,
  createImport,
  HubProblem,
  importErrors,
  importUndoCount,
  largestImportBytes,
  listImports,
  mapImport,
  readImport,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const importHandlers: HandlersOf<typeof importRoutes> = {
  imports: async (_input, actor, { web }) => ({ imports: await listImports(web.hub, actor) }),
  createImport: async ({ query }, actor, { web, request }) => {
    const part = await request.file({ limits: { files: 1, fileSize: largestImportBytes + 1 } })
    if (!part) throw new HubProblem('invalid_request', 'There is no file in the form.')
    return await createImport(web.hub, actor, { kind: query.kind, name: part.filename, bytes: part.file })
  },
  import: async ({ params }, actor, { web }) => await readImport(web.hub, actor, params.importId),
  mapImport: async ({ params, body: { version, ...mapping } }, actor, { web }) =>
    await mapImport(web.hub, actor, params.importId, version, mapping),
  actOnImport: async ({ params, body }, actor, { web }) => await actOnImport(web.hub, actor, params.importId, body),
  importErrors: async ({ params }, actor, { web }) => await importErrors(web.hub, actor, params.importId),
  importUndo: async ({ params }, actor, { web }) => await importUndoCount(web.hub, actor, params.importId),
}
