/** What the rules of retention would remove. The rules themselves are the setting `retention`. */
import { z } from 'zod'
import { route } from '../route.ts'
import { retention, retentionPreview } from '../schemas/retention.ts'

export const retentionRoutes = {
  previewRetention: route({
    method: 'POST',
    path: '/v1/retention/preview',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Settings',
    summary: 'What these rules would remove now, in numbers; changes nothing. The rules are kept as the setting `retention`',
    body: z.object({ value: retention }),
    response: retentionPreview,
  }),
}
