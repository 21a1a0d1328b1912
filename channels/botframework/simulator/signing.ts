/**
 * How the Connector signs: one RSA key, its public half under the address that the metadata names, a token before every activity.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot
 */
import { createPrivateKey, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { World } from './state.ts'

const kid = 'sim-key-1'
const x5t = 'x5t-of-the-simulated-certificate-0000000001'

function privateKeyOf({ state }: World): KeyObject {
  state.privateKey ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey
  return createPrivateKey(state.privateKey)
}

export function metadata({ environment }: World): Record<string, unknown> {
  return {
    issuer: 'https://api.botframework.com',
    authorization_endpoint: 'https://invalid.botframework.com',
    jwks_uri: `${environment.origin}/v1/.well-known/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  }
}

export function publicKeys(world: World): Record<string, unknown> {
  const { n, e } = createPublicKey(privateKeyOf(world)).export({ format: 'jwk' })
  return { keys: [{ kty: 'RSA', use: 'sig', kid, x5t, n, e, endorsements: ['msteams', 'skype', 'directline'] }] }
}

export function tokenFor(world: World, audience: string, serviceUrl: string): string {
  const now = Math.floor(world.environment.now() / 1000)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = encode({ typ: 'JWT', alg: 'RS256', x5t, kid })
  const claims = encode({ serviceurl: serviceUrl, nbf: now, exp: now + 3_600, iss: 'https://api.botframework.com', aud: audience })
  const signature = createSign('RSA-SHA256').update(`${head}.${claims}`).sign(privateKeyOf(world))
  return `${head}.${claims}.${signature.toString('base64url')}`
}
