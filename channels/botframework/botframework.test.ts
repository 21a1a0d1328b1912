/** What is this channel's own and no other's: signed tokens and their keys, service addresses, new conversations, Skype's end. */
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { openBench } from '@dragoman/channel-kit/contract'
import type { AccountView, EndpointView, RawWebhook, Transmission, VerifyContext } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { subject } from './fixtures/subject.ts'
import { botframework } from './index.ts'
import { botframeworkSimulator } from './simulator/index.ts'

const { account } = subject
const appId = account.config.appId!
const endpoint: EndpointView = { id: 'e', secrets: {}, accounts: [account] }
const now = 1_795_380_000_000
const metadataUrl = 'https://login.botframework.com/v1/.well-known/openidconfiguration'
const keysUrl = 'https://login.botframework.com/v1/.well-known/keys'

function keyPair(kid: string, endorsements: string[] = ['msteams', 'skype']) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { kid, privateKey, jwk: { kid, endorsements, use: 'sig', ...publicKey.export({ format: 'jwk' }) } }
}

function webhook(
  signer: { kid: string; privateKey: KeyObject },
  changes: { claims?: object; activity?: object; head?: object } = {},
): RawWebhook {
  const serviceUrl = 'https://smba.trafficmanager.net/emea/'
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: 'https://api.botframework.com', aud: appId, exp: now / 1000 + 60, nbf: now / 1000 - 60, serviceurl: serviceUrl }
  const signed = `${encode({ alg: 'RS256', kid: signer.kid, ...changes.head })}.${encode({ ...claims, ...changes.claims })}`
  const signature = createSign('RSA-SHA256').update(signed).sign(signer.privateKey).toString('base64url')
  const activity = { type: 'message', id: '1', channelId: 'msteams', serviceUrl, text: 'hi', ...changes.activity }
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${signed}.${signature}` },
    query: {},
    body: new TextEncoder().encode(JSON.stringify(activity)),
  }
}

describe('a signed token', () => {
  const key = keyPair('k1')
  const context = (...keys: object[]): VerifyContext => ({
    now,
    keys: { [metadataUrl]: { issuer: 'https://api.botframework.com', jwks_uri: keysUrl }, [keysUrl]: { keys } },
  })
  const verdict = (raw: RawWebhook, given: VerifyContext = context(key.jwk), at = endpoint) => botframework.verify(raw, at, given)

  test('is believed once the page, then the keys were fetched', () => {
    const raw = webhook(key)
    expect(verdict(raw, { now })).toEqual({ kind: 'needs', keys: { url: metadataUrl } })
    expect(verdict(raw, { now, keys: { [metadataUrl]: { jwks_uri: keysUrl } } })).toEqual({
      kind: 'needs',
      keys: { url: keysUrl, kid: 'k1' },
    })
    expect(verdict(raw)).toMatchObject({ kind: 'accepted' })
  })

  test('by a key that is not known asks for the keys again', () => {
    const newer = keyPair('k2')
    expect(verdict(webhook(newer))).toEqual({ kind: 'needs', keys: { url: keysUrl, kid: 'k2' } })
    expect(verdict(webhook(newer), context(key.jwk, newer.jwk))).toMatchObject({ kind: 'accepted' })
  })

  test('keys from another place are not asked for', () => {
    const given = { now, keys: { [metadataUrl]: { jwks_uri: 'https://login.botframework.com.evil.example/keys' } } }
    expect(verdict(webhook(key), given)).toEqual({ kind: 'rejected', reason: 'keys_elsewhere' })
  })

  test.each<[string, Parameters<typeof webhook>[1]]>([
    ['issuer', { claims: { iss: 'https://sts.windows.net/x/' } }],
    ['audience', { claims: { aud: '33333333-3333-3333-3333-333333333333' } }],
    ['expired', { claims: { exp: now / 1000 - 301 } }],
    ['not_yet_valid', { claims: { nbf: now / 1000 + 301 } }],
    ['service_url', { claims: { serviceurl: 'https://smba.trafficmanager.net/amer/' } }],
    ['service_url', { claims: { serviceurl: undefined }, activity: { serviceUrl: undefined } }],
    ['algorithm', { head: { alg: 'HS256' } }],
    ['algorithm', { head: { alg: 'none' } }],
    ['endorsement', { activity: { channelId: 'directline' } }],
    ['endorsement', { activity: { channelId: undefined } }],
  ])('with a wrong %s is rejected', (reason, changes) => {
    expect(verdict(webhook(key, changes))).toEqual({ kind: 'rejected', reason })
  })

  test('of a genuine signer for a service address outside the list is rejected', () => {
    for (const url of [
      'https://evil.example/',
      'https://smba.trafficmanager.net.evil.example/',
      'https://smba.trafficmanager.net/../x/',
      'https://smba.trafficmanager.net/{appSecret}/',
    ])
      expect(verdict(webhook(key, { claims: { serviceurl: url }, activity: { serviceUrl: url } }))).toEqual({
        kind: 'rejected',
        reason: 'service_url_not_listed',
      })
  })

  test('bears five minutes between the clocks', () => {
    expect(verdict(webhook(key, { claims: { exp: now / 1000 - 299, nbf: now / 1000 + 299 } }))).toMatchObject({ kind: 'accepted' })
  })

  test('by another key under a known name is rejected', () => {
    expect(verdict(webhook({ ...keyPair('k1') }))).toEqual({ kind: 'rejected', reason: 'signature' })
  })

  test('finds its bot among several of one address', () => {
    const other = { ...account, id: 'b', config: { appId: '44444444-4444-4444-4444-444444444444' } }
    expect(verdict(webhook(key), undefined, { ...endpoint, accounts: [other, account] })).toMatchObject({ kind: 'accepted' })
    expect(verdict(webhook(key), undefined, { ...endpoint, accounts: [other] })).toEqual({ kind: 'rejected', reason: 'audience' })
  })

  test('a universal action gets the words that it waits for', () => {
    expect(verdict(webhook(key, { activity: { type: 'invoke', name: 'adaptiveCard/action' } }))).toMatchObject({
      acknowledge: { body: expect.stringContaining('"statusCode":200') },
    })
  })
})

describe('access tokens', () => {
  const { obtain } = botframework.accessToken!
  const answer = (status: number, body: unknown): Transmission => ({ kind: 'answered', status, headers: {}, body })

  test('are asked for where the bot is at home, the secret named and not written', () => {
    expect(obtain.request(undefined, account)).toMatchObject({
      url: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token',
      body: { secrets: [['client_secret', 'appSecret']] },
    })
    expect(obtain.request(undefined, { ...account, config: { appId } }).url).toContain('/botframework.com/oauth2/')
  })

  test('last as long as the answer says', () => {
    expect(obtain.outcome(answer(200, { access_token: 'a', expires_in: 86_399 }), undefined, account)).toEqual({
      ok: true,
      value: { secret: 'a', expiresInMs: 86_399_000 },
    })
  })

  test.each([
    [401, 'invalid_client', 'AADSTS7000215: Invalid client secret', 'auth', 'AADSTS7000215'],
    [401, 'invalid_client', 'AADSTS7000222: The provided client secret keys are expired', 'auth', 'AADSTS7000222'],
    [400, 'unauthorized_client', 'AADSTS700016: Application not found', 'auth', 'AADSTS700016'],
    [503, 'temporarily_unavailable', 'AADSTS90033: A transient error', 'retryable', 'temporarily_unavailable'],
  ])('refused with %s %s are %s', (status, error, description, kind, code) => {
    const result = obtain.outcome(answer(status, { error, error_description: description }), undefined, account)
    expect(result).toMatchObject({ ok: false, failure: { kind, code } })
    if (kind === 'auth' && !result.ok) expect(botframework.advice(result.failure)?.ru).toMatch(/[а-я]/)
  })
})

describe('against the simulator', () => {
  const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

  test('a person of whom only the id is known gets a conversation first', async () => {
    const bench = await openBench(botframework, botframeworkSimulator)
    const customer = await bench.newCustomer('Anna')
    const { outcome, steps } = await bench.send({ ...customer, recipient: { ...customer.recipient, threadId: '' } }, text('Ready'))
    expect(steps.map(step => step.step)).toEqual(['conversation', 'send'])
    expect(outcome).toMatchObject({ kind: 'sent', externalIds: [expect.stringContaining(`${customer.recipient.threadId}#`)] })
    expect(customer.phone().messages.at(-1)).toMatchObject({ from: 'business', body: text('Ready').body })
    await bench.close()
  })

  test('Skype is still spoken, with hero cards and without edits', async () => {
    const skype = {
      ...botframeworkSimulator,
      create: (...given: Parameters<typeof botframeworkSimulator.create>) => {
        const simulator = botframeworkSimulator.create(...given)
        return { ...simulator, newAccount: () => simulator.newAccount('Shop on Skype') }
      },
    }
    const bench = await openBench(botframework, skype)
    const customer = await bench.newCustomer('Boris')
    expect(customer.recipient.threadId).toMatch(/^skype\/29:/)
    const keyboard = { kind: 'buttons' as const, rows: [[{ kind: 'reply' as const, title: 'Yes', payload: 'answer:yes' }]] }
    const { outcome } = await bench.send(customer, { body: { ...text('This one?').body, keyboard } })
    expect(outcome).toMatchObject({ kind: 'sent' })
    await customer.act({ act: 'press', messageId: customer.phone().messages.at(-1)!.id, row: 0, column: 0 })
    expect(await bench.next('action.chosen')).toMatchObject({ title: 'Yes', payload: 'answer:yes' })
    const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : ''
    expect(
      await bench.ask(botframework.extras.edit!, { to: customer.recipient, externalId, ...text('No'), previous: text('a').body }),
    ).toMatchObject({
      ok: false,
      failure: { kind: 'permanent', reason: 'unsupported' },
    })
    await bench.close()
  })
})

test('Skype is told to be closed, and its facts end with it', () => {
  const skype = botframework.capabilities({ messenger: 'skype' })
  expect(skype.reach).toMatchObject([{ country: '*', state: 'closed', since: '2025-05-05' }])
  expect(skype.text.until).toBe('2025-05-05')
  expect(skype.features.typing_out.until).toBe('2025-05-05')
  expect(botframework.capabilities({}).text.until).toBeUndefined()
})

test('a picture is fetched with the token only where it lies at the Connector', () => {
  const headers = (url: string) => {
    const step = botframework.extras.media!.next({ url }, [], account)
    return step.kind === 'download' ? step.request.headers : step
  }
  expect(headers('https://smba.trafficmanager.net/emea/v3/attachments/0-1/views/original')).toEqual({
    authorization: 'Bearer {accessToken}',
  })
  expect(headers('https://contoso.sharepoint.example/download?t={appSecret}')).toBeUndefined()
  expect(headers('https://evil.example/emea/v3/attachments/0-1/views/original')).toBeUndefined()
  expect(headers('file:///etc/passwd')).toMatchObject({ kind: 'failed' })
})

describe('links into the chat', () => {
  test('carry their words into the message field', () => {
    expect(botframework.deepLink!(account, 'promo 7')).toBe(`https://teams.microsoft.com/l/chat/0/0?users=28:${appId}&message=promo%207`)
    expect(botframework.deepLink!(account, '')).toBe(`https://teams.microsoft.com/l/chat/0/0?users=28:${appId}`)
  })
  test('are not made for Skype or without a bot', () => {
    const without = (config: AccountView['config']) => botframework.deepLink!({ ...account, config }, 'x')
    expect(without({ appId, messenger: 'skype' })).toBeUndefined()
    expect(without({})).toBeUndefined()
  })
})

test('ids of a body name the bot, whatever the case', () => {
  const named = botframework.accountsOf(new TextEncoder().encode(JSON.stringify({ recipient: { id: `28:${appId.toUpperCase()}` } })))
  expect(named).toEqual({ kind: 'named', externalIds: [appId] })
})
