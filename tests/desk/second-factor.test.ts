/** The second step of signing in: codes good once, tickets with few tries, recovery codes, the rule for everybody, and the operator's way out. */
import { createClient } from '@dragoman/api'
import { resetSecondFactor } from '@dragoman/hub'
import { generate } from 'otplib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clientWith, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let key: string
let codes: string[]
const problem = (code: string) => ({ problem: { code } })
const person = { email: 'owner@example.com', password: 'correct horse battery' }
/** Codes of different steps, so that each test has one that was not used yet. */
const codeAt = (steps: number) => generate({ secret: key, epoch: Math.floor(Date.now() / 1_000) + steps * 30 })

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})
beforeEach(async () => {
  // Limits per minute are tested elsewhere; here one address signs in often.
  await hub.database.query('delete from rate_limit')
})

const post = async (path: string, body: object, cookie?: string) => {
  const response = await fetch(`${hub.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1', ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie')?.split(';')[0],
    body: (await response.json()) as { code?: string; ticket?: string; needs?: string; ways?: string[] },
  }
}
const ticket = async () => (await post('/v1/session', person)).body.ticket!

test('an app is set up: its key is shown once and sealed, a code of it switches it on, recovery codes come along', async () => {
  const begun = await hub.owner.call('beginTotp', { body: {} })
  key = begun.key
  expect(begun.uri).toMatch(/^otpauth:\/\/totp\/Dragoman(:|%3A)owner/)
  expect((await hub.owner.call('secondFactor')).totpSince).toBeNull()
  expect((await post('/v1/session', person)).body.needs).toBeUndefined()
  await expect(hub.owner.call('confirmTotp', { body: { code: '000000' } })).rejects.toMatchObject(problem('wrong_code'))
  const on = await hub.owner.call('confirmTotp', { body: { code: await codeAt(-1) } })
  codes = on.recoveryCodes!
  expect(codes).toHaveLength(10)
  expect(new Set(codes).size).toBe(10)
  expect(on.secondFactor).toMatchObject({ recoveryCodesLeft: 10, passkeys: [] })
  const [row] = await hub.database.query<{ totp_secret: Buffer }>('select totp_secret from second_factor')
  expect(row!.totp_secret.includes(Buffer.from(key))).toBe(false)
  await expect(hub.owner.call('beginTotp', { body: {} })).rejects.toMatchObject(problem('wrong_state'))
})

test('the password alone opens no session any more; password and code do, and the code is good once', async () => {
  const first = await post('/v1/session', person)
  expect(first.cookie).toBeUndefined()
  expect(first.body).toMatchObject({ needs: 'second_factor', ways: ['totp', 'recovery'] })
  const code = await codeAt(0)
  const second = await post('/v1/session/second', { ticket: first.body.ticket, code })
  expect(second.status).toBe(200)
  expect((await clientWith(hub.url, second.cookie!).call('session')).me.secondFactor).toBe('on')
  // Neither the ticket nor the code twice.
  expect((await post('/v1/session/second', { ticket: first.body.ticket, code })).body.code).toBe('sign_in_again')
  expect((await post('/v1/session/second', { ticket: await ticket(), code })).body.code).toBe('wrong_code')
})

test('a recovery code is good once, however it is written; only hashes of them are kept', async () => {
  const written = codes[0]!.toLowerCase().replace('-', ' ')
  expect((await post('/v1/session/second', { ticket: await ticket(), code: written })).status).toBe(200)
  expect((await post('/v1/session/second', { ticket: await ticket(), code: codes[0] })).body.code).toBe('wrong_code')
  expect((await hub.owner.call('secondFactor')).recoveryCodesLeft).toBe(9)
  const renewed = await hub.owner.call('newRecoveryCodes', { body: {} })
  expect(renewed.secondFactor.recoveryCodesLeft).toBe(10)
  expect((await post('/v1/session/second', { ticket: await ticket(), code: codes[1] })).body.code).toBe('wrong_code')
  codes = renewed.recoveryCodes
})

test('a ticket has five tries, ends after ten minutes, and guessing ends after ten misses whatever the ticket', async () => {
  await hub.database.query('update second_factor set failures = 0')
  const one = await ticket()
  for (let count = 0; count < 5; count++)
    expect((await post('/v1/session/second', { ticket: one, code: '000000' })).body.code).toBe('wrong_code')
  expect((await post('/v1/session/second', { ticket: one, code: codes[0] })).body.code).toBe('sign_in_again')
  const two = await ticket()
  for (let count = 0; count < 5; count++) await post('/v1/session/second', { ticket: two, code: '000000' })
  expect(await post('/v1/session/second', { ticket: await ticket(), code: codes[0] })).toMatchObject({
    status: 429,
    body: { code: 'too_many_requests' },
  })
  await hub.database.query(`update second_factor set failed_at = now() - interval '16 minutes'`)
  const late = await ticket()
  await hub.database.query(`update sign_in_step set expires_at = now() - interval '1 second'`)
  expect((await post('/v1/session/second', { ticket: late, code: codes[0] })).body.code).toBe('sign_in_again')
  expect((await post('/v1/session/second', { ticket: await ticket(), code: codes[0] })).status).toBe(200)
})

test('failures of a known user are counted in the audit log, without what was typed', async () => {
  await post('/v1/session', { ...person, password: 'secret guess one' })
  await post('/v1/session', { ...person, password: 'secret guess two' })
  await post('/v1/session', { email: 'nobody@example.com', password: 'secret guess' })
  const { entries } = await hub.owner.call('audit', { query: { what: 'session.failed' } })
  expect(JSON.stringify(entries)).not.toMatch(/secret|000000/)
  expect(entries).toEqual([
    expect.objectContaining({ memberName: 'Owner', ip: '127.0.0.1', details: expect.objectContaining({ count: expect.any(Number) }) }),
  ])
  expect(Number(entries[0]!.details.count)).toBeGreaterThanOrEqual(12)
})

test('changing a second factor in an old session needs the password', async () => {
  await hub.database.query(`update session set created_at = now() - interval '1 hour'`)
  await expect(hub.owner.call('removeTotp', { body: {} })).rejects.toMatchObject(problem('confirm_password'))
  await expect(hub.owner.call('removeTotp', { body: { password: 'not it' } })).rejects.toMatchObject(problem('wrong_credentials'))
  expect((await hub.owner.call('removeTotp', { body: { password: person.password } })).totpSince).toBeNull()
  expect((await hub.owner.call('secondFactor')).recoveryCodesLeft).toBe(0)
})

describe('where the firm asks for a second factor', () => {
  test('who has none can set one up and do nothing else, also in a session that is open already', async () => {
    await hub.owner.call('saveSetting', { params: { name: 'security' }, body: { version: 0, value: { requireSecondFactor: true } } })
    await expect(hub.owner.call('conversations')).rejects.toMatchObject(problem('second_factor_required'))
    await expect(hub.owner.call('members')).rejects.toMatchObject(problem('second_factor_required'))
    expect((await fetch(`${hub.url}/v1/files/${crypto.randomUUID()}/content`, { headers: { cookie: hub.cookie } })).status).toBe(403)
    const fresh = await post('/v1/session', person)
    const client = clientWith(hub.url, fresh.cookie!)
    expect((await client.call('session')).me.secondFactor).toBe('missing')
    key = (await client.call('beginTotp', { body: {} })).key
    const on = await client.call('confirmTotp', { body: { code: await codeAt(0) } })
    expect(on.recoveryCodes).toHaveLength(10)
    expect((await client.call('members')).members).toHaveLength(1)
    expect((await hub.owner.call('members')).members).toHaveLength(1)
    await expect(client.call('removeTotp', { body: { password: person.password } })).rejects.toMatchObject(
      problem('second_factor_required'),
    )
  })

  test('the operator takes a lost one away, which is written down', async () => {
    expect(await resetSecondFactor(hub.hub, 'OWNER@example.com')).toEqual({ name: 'Owner', removed: 1 })
    await expect(hub.owner.call('members')).rejects.toMatchObject(problem('second_factor_required'))
    expect(
      await hub.database.query(`select member_id, details->>'member' as member from operation where what = 'second_factor.reset'`),
    ).toEqual([{ member_id: null, member: 'Owner' }])
    await expect(resetSecondFactor(hub.hub, 'nobody@example.com')).rejects.toMatchObject(problem('not_found'))
    await hub.database.query(`update setting set value = '{}' where name = 'security'`)
  })
})

describe('sessions', () => {
  test('are listed in words, this one marked; one or all others can be ended, by oneself and by who manages people', async () => {
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
    const signedIn = async () => {
      const response = await fetch(`${hub.url}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-dragoman': '1', 'user-agent': agent },
        body: JSON.stringify(person),
      })
      return clientWith(hub.url, response.headers.get('set-cookie')!.split(';')[0]!)
    }
    const phone = await signedIn()
    const { sessions } = await hub.owner.call('sessions')
    expect(sessions.filter(session => session.current)).toHaveLength(1)
    const other = sessions.find(session => session.system === 'iPhone')!
    expect(other).toMatchObject({ browser: 'Safari', current: false })
    await hub.owner.call('endSession', { params: { sessionId: other.id } })
    await expect(phone.call('session')).rejects.toMatchObject(problem('not_signed_in'))
    const again = await signedIn()
    expect((await hub.owner.call('endOtherSessions')).ended).toBeGreaterThanOrEqual(1)
    await expect(again.call('session')).rejects.toMatchObject(problem('not_signed_in'))
    expect((await hub.owner.call('sessions')).sessions).toHaveLength(1)

    const { url } = await hub.owner.call('invite', { body: {} })
    const joined = await post(`/v1/invitations/by-token/${url.split('/').at(-1)}`, {
      name: 'Anna',
      email: 'anna@example.com',
      password: 'long enough here',
      language: 'en',
    })
    const anna = clientWith(hub.url, joined.cookie!)
    const { me } = await anna.call('session')
    await expect(
      anna.call('endSession', { params: { sessionId: (await hub.owner.call('sessions')).sessions[0]!.id } }),
    ).rejects.toMatchObject(problem('not_found'))
    expect((await hub.owner.call('memberSecurity')).members.find(one => one.memberId === me.memberId)).toMatchObject({
      sessions: 1,
      totp: false,
    })
    expect(await hub.owner.call('endMemberSessions', { params: { memberId: me.memberId } })).toEqual({ ended: 1 })
    await expect(anna.call('session')).rejects.toMatchObject(problem('not_signed_in'))
  })
})

test('a passkey that is none is refused, not an error of ours', async () => {
  const passkey = { id: 'abc', response: { clientDataJSON: Buffer.from('{"challenge":"x"}').toString('base64url') } }
  const named = createClient({ origin: hub.url.replace('127.0.0.1', 'localhost') })
  await expect(named.call('signInWithPasskey', { body: { passkey } })).rejects.toMatchObject(problem('sign_in_again'))
  const { options } = await named.call('passkeyOptions', {})
  const forged = {
    id: 'abc',
    response: { clientDataJSON: Buffer.from(JSON.stringify({ challenge: options.challenge })).toString('base64url') },
  }
  await expect(named.call('signInWithPasskey', { body: { passkey: forged } })).rejects.toMatchObject(problem('passkey_refused'))
  // Used up.
  await expect(named.call('signInWithPasskey', { body: { passkey: forged } })).rejects.toMatchObject(problem('sign_in_again'))
  // A bare address cannot have passkeys.
  await expect(createClient({ origin: hub.url }).call('passkeyOptions', {})).rejects.toMatchObject(problem('not_supported_here'))
})
