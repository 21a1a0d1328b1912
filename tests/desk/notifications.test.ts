/** Being told: rules and quiet hours decide, a push reaches the device alone, what was read is taken off the others. */
import { isQuiet, noticeOf, notificationRules, type Reader } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { type PushService, startPushService } from '../support/push-service.ts'
import { clientWith, until } from '../support/test-hub.ts'

let hub: ProbeHub
let service: PushService
let anna: Agent
beforeAll(async () => {
  service = await startPushService()
  hub = await startProbeHub({ existing: { environment: { OUTGOING_ALLOW: service.origin } } })
  anna = await joinAgent(hub, 'Anna', { online: false })
})
afterAll(async () => {
  await hub?.close()
  await service?.close()
})

const everything = { view: 'everything', sound: true, browser: true, push: true } as const

async function allow(agent: Agent, change: object = {}): Promise<void> {
  const { version, value } = await agent.client.call('notifications')
  await agent.client.call('saveNotifications', { body: { version, value: { ...value, rules: [everything], ...change } } })
}

async function deviceOf(agent: Pick<Agent, 'client'>) {
  const browser = service.newBrowser()
  const device = await agent.client.call('addPushDevice', { body: browser.subscription })
  return { ...browser, device }
}

describe('rules', () => {
  test('are a member’s own, changed whole, and a stale change is refused with what is there now', async () => {
    const boris = await joinAgent(hub, 'Boris', { online: false })
    const before = await boris.client.call('notifications')
    expect(before.version).toBe(0)
    expect(before.value.rules.find(rule => rule.view === 'mine')).toMatchObject({ sound: true, push: true })
    const value = { ...before.value, volume: 0 }
    expect(await boris.client.call('saveNotifications', { body: { version: 0, value } })).toMatchObject({
      version: 1,
      value: { volume: 0 },
    })
    await expect(boris.client.call('saveNotifications', { body: { version: 0, value } })).rejects.toMatchObject({
      problem: { code: 'stale_version', current: { version: 1 } },
    })
    expect((await anna.client.call('notifications')).value.volume).toBe(60)
    const wrongZone = { ...value, quiet: { ...value.quiet, zone: 'Mars/Olympus' } }
    await expect(boris.client.call('saveNotifications', { body: { version: 1, value: wrongZone } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
  })

  test('quiet hours go by the wall clock of the zone, over midnight too, on the days that were chosen', () => {
    const night = { on: true, from: '22:00', until: '07:00', days: [5], zone: 'Europe/Moscow' }
    const at = (text: string) => isQuiet(night, Date.parse(text))
    // 2026-11-20 is a Friday; Moscow is three hours ahead.
    expect(at('2026-11-20T18:59:00Z')).toBe(false)
    expect(at('2026-11-20T19:00:00Z')).toBe(true)
    expect(at('2026-11-21T03:59:00Z')).toBe(true)
    expect(at('2026-11-21T04:00:00Z')).toBe(false)
    expect(at('2026-11-21T19:30:00Z')).toBe(false)
    expect(isQuiet({ ...night, on: false }, Date.parse('2026-11-20T20:00:00Z'))).toBe(false)
  })

  test('what is mine, what waits for my team and a saved view are told by their own rules; spam and what I did myself never', async () => {
    await hub.deliver([received('r1', { thread: 'rules', from: ['rules'], name: 'Rita', text: 'Hello there' })])
    const conversation = await hub.conversation('rules')
    const [message] = await hub.thread('rules')
    const silent = { sound: false, browser: false, push: false }
    const reader = (rules: object[], more: Partial<Reader> = {}): Reader => ({
      memberId: anna.id,
      name: 'Anna',
      teamIds: [],
      views: [],
      rules: notificationRules.parse({ rules }),
      ...more,
    })
    const told = (one: Reader, view = conversation) =>
      noticeOf(
        { kind: 'message.created', message: message! },
        one,
        () => view,
        () => 'words',
        Date.now(),
      )
    expect(told(reader([{ view: 'queue', ...silent, sound: true }]))).toMatchObject({
      kind: 'conversation',
      sound: true,
      browser: false,
      who: 'Rita',
    })
    expect(told(reader([{ view: 'mine', ...silent, sound: true }]))).toBeUndefined()
    expect(told(reader([{ view: 'mine', ...silent, push: true }]), { ...conversation, assigneeId: anna.id })).toMatchObject({ push: true })
    const vip = { id: crypto.randomUUID(), filter: { priority: ['urgent' as const] } }
    const saved = reader([{ view: vip.id, ...silent, push: true }], { views: [vip] })
    expect(told(saved)).toBeUndefined()
    expect(told(saved, { ...conversation, priority: 'urgent' })).toMatchObject({ push: true })
    expect(told(reader([everything]), { ...conversation, spam: true })).toBeUndefined()
    const line = { ...message!, direction: 'system' as const, system: { what: 'case.assigned', params: { to: 'Anna', by: 'Anna' } } }
    const assigned = (one: Reader) =>
      noticeOf(
        { kind: 'message.created', message: line },
        one,
        () => ({ ...conversation, assigneeId: anna.id }),
        () => '',
        Date.now(),
      )
    const mine = reader([{ view: 'mine', ...silent, sound: true }])
    expect(assigned(mine)).toBeUndefined()
    expect(assigned({ ...mine, name: 'Anna K.' })).toMatchObject({ kind: 'assigned' })
  })
})

describe('web push', () => {
  test('reaches a member without a visible tab, encrypted for his device alone and signed by our key; reading elsewhere takes it away', async () => {
    await allow(anna)
    const phone = await deviceOf(anna)
    const { publicKey } = await anna.client.call('notifications')
    await hub.deliver([received('p1', { thread: 'push', from: ['push'], name: 'Olga', text: 'Где мой чайник?' })])
    await until(() => phone.shown.length === 1, 'the push')
    const { id } = await hub.conversation('push')
    expect(phone.shown[0]).toMatchObject({
      kind: 'show',
      tag: `conversation:${id}`,
      title: 'New conversation: Olga',
      body: 'Где мой чайник?',
    })
    expect(service.isSignedBy(phone.headers[0]!, publicKey)).toBe(true)
    expect(phone.headers[0]).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high' })
    expect(Number(phone.headers[0]!.ttl)).toBeGreaterThan(3_600)
    expect(phone.headers[0]!.topic).toMatch(/^[\w-]{32}$/)
    await anna.client.call('markRead', { params: { conversationId: id }, body: { readCount: 1 } })
    await until(() => phone.shown.length === 2, 'the closing')
    expect(phone.shown[1]).toEqual({ kind: 'close', tag: `conversation:${id}` })
    await anna.client.call('removePushDevice', { params: { deviceId: phone.device.id } })
  })

  test('says little where little is wanted, and no number to who may not see numbers', async () => {
    const role = await hub.owner.call('createRole', { body: { name: { en: 'Trainee' }, rank: 'agent', rights: [] } })
    const dina = await joinAgent(hub, 'Dina', { online: false })
    const { version } = (await hub.owner.call('members')).members.find(member => member.id === dina.id)!
    await hub.owner.call('updateMember', { params: { memberId: dina.id }, body: { version, roleId: role.id } })
    await allow(dina)
    const phone = await deviceOf(dina)
    await hub.deliver([received('n1', { thread: 'numbers', from: ['numbers'], name: '+7 916 123-45-12', text: 'Call +79161234512' })])
    await until(() => phone.shown.length === 1, 'the push')
    expect(JSON.stringify(phone.shown[0])).not.toMatch(/1234512|123-45-12/)
    await allow(dina, { shows: 'little' })
    await hub.deliver([received('n2', { thread: 'numbers', from: ['numbers'], name: 'X', text: 'secret words' })])
    await until(() => phone.shown.length === 2, 'the second')
    expect(phone.shown[1]).toMatchObject({ title: 'New message', body: '' })
    await dina.client.call('removePushDevice', { params: { deviceId: phone.device.id } })
  })

  test('a test goes to all devices of the caller; a subscription that is gone is forgotten; a service that is down gets it later', async () => {
    const [first, second] = [await deviceOf(anna), await deviceOf(anna)]
    expect(await anna.client.call('testPush')).toEqual({ devices: 2 })
    await until(() => first.shown.length === 1 && second.shown.length === 1, 'both')
    expect(first.shown[0]).toMatchObject({ title: 'A test notification' })
    service.answers = 503
    await anna.client.call('testPush')
    await until(
      async () => (await hub.database.query(`select 1 from push_message where state = 'pending' and attempts = 1`)).length === 2,
      'two that wait',
    )
    service.answers = 201
    await hub.database.query(`update push_message set next_at = now() where state = 'pending'`)
    await until(() => first.shown.length === 2 && second.shown.length === 2, 'both again')
    service.answers = 410
    await anna.client.call('testPush')
    await until(async () => (await anna.client.call('notifications')).devices.length === 0, 'no device any more')
    service.answers = 201
  })

  test('who has the inbox before his eyes is not pushed to, and is again when he has not', async () => {
    const clara = await joinAgent(hub, 'Clara')
    await allow(clara)
    const phone = await deviceOf(clara)
    clara.see(true)
    await until(() => hub.hub.watching.connected(hub.workspaceId).has(clara.id), 'Clara to be seen')
    await hub.deliver([received('v1', { thread: 'visible', from: ['visible'], name: 'Vera', text: 'one' })])
    await until(
      async () =>
        (await hub.database.query('select 1 from push_place p join log_head h using (workspace_id) where p.log_position < h.position'))
          .length === 0,
      'the log to be gathered',
    )
    clara.see(false)
    await until(() => !hub.hub.watching.connected(hub.workspaceId).has(clara.id), 'Clara to be gone')
    await hub.deliver([received('v2', { thread: 'visible', from: ['visible'], name: 'Vera', text: 'two' })])
    await until(() => phone.shown.length > 0, 'the push')
    expect(phone.shown).toHaveLength(1)
    expect(phone.shown[0]).toMatchObject({ body: 'two' })
    clara.leave()
  })

  test('an address inside the network is refused; another member’s device cannot be removed', async () => {
    const { subscription } = service.newBrowser()
    await expect(
      anna.client.call('addPushDevice', { body: { ...subscription, endpoint: 'http://127.0.0.1:9/push' } }),
    ).rejects.toMatchObject({ problem: { code: 'address_not_allowed' } })
    const mine = await deviceOf(anna)
    const owner = clientWith(hub.url, hub.cookie)
    await expect(owner.call('removePushDevice', { params: { deviceId: mine.device.id } })).rejects.toMatchObject({
      problem: { code: 'not_found' },
    })
    const moved = await owner.call('addPushDevice', { body: mine.subscription })
    expect(moved.id).toBe(mine.device.id)
    expect((await anna.client.call('notifications')).devices).toEqual([])
  })
})
