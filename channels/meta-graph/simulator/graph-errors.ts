/** Errors as the Graph API answers them: one object, the code in it, a status that only roughly fits. */
import { jsonAnswer, type PlatformResponse } from '@dragoman/channel-kit/simulator'

export interface GraphErrorShape {
  status: number
  code: number
  title: string
  details?: string
  type?: string
  subcode?: number
  product?: string
  headers?: Record<string, string>
}

/** A refusal. `trace` becomes its `fbtrace_id`. */
export function graphError(shape: GraphErrorShape, trace: string): PlatformResponse {
  const product = shape.product ? { messaging_product: shape.product } : {}
  return jsonAnswer(
    shape.status,
    {
      error: {
        message: `(#${shape.code}) ${shape.title}`,
        type: shape.type ?? 'OAuthException',
        code: shape.code,
        ...(shape.subcode === undefined ? {} : { error_subcode: shape.subcode }),
        ...(shape.details === undefined ? {} : { error_data: { ...product, details: shape.details } }),
        fbtrace_id: trace,
      },
    },
    shape.headers,
  )
}
