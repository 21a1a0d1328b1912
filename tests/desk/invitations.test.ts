/** Invitations by e-mail, and agents from a list: mail leaves after the commit and its failure is seen; a list invites everybody once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
let mail: MailServer
beforeAll(async () => {
  mail = await startMailServer()
  hub = await startTestHub({ environment: { SMTP_URL: mail.url, MAIL_FROM: 'Desk <desk@example.com>' } })
})
afterAll(async () => {
  await hub?.close()
  await mail?.close()
})

const waiting = async (email: string) => (await hub.owner.call('invitations')).invitations.find(one => one.email === email)
const linkIn = (text: string) => /\/invite\/(\S+)/.exec(text)?.[1] ?? ''
const accept = async (token: string, email: string) =>
  await fetch(`${hub.url}/v1/invitations/by-token/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({ name: 'New', email, password: 'long enough here', language: 'en' }),
  })

describe('an invitation by e-mail', () => {
  test('carries a link that works, into the team and role it was made for', async () => {
    const team = await hub.owner.call('createTeam', { body: { name: 'Sales' } })
    const role = await hub.owner.call('createRole', { body: { name: { en: 'Helper' }, rights: ['contacts.details'] } })
    const body = { email: 'anna@example.com', roleId: role.id, teamIds: [team.id], send: true }
    expect(await hub.owner.call('invite', { body })).toMatchObject({ sending: true })
    expect(await waiting('anna@example.com')).toMatchObject({ name: null, roleId: role.id, teamIds: [team.id] })
    const letter = await until(() => mail.letters.find(one => one.to === 'anna@example.com'), 'the letter')
    expect(letter.text).toMatch(/From: Desk <desk@example.com>/)
    expect(letter.text).toContain('Owner invites you to the team of Test')
    await until(async () => (await waiting('anna@example.com'))?.mail.state === 'sent', 'the mark that it was sent')
    expect(await hub.database.query(`select token from invitation where email = 'anna@example.com'`)).toEqual([{ token: null }])
    expect((await accept(linkIn(letter.text), 'anna@example.com')).status).toBe(200)
    const anna = (await hub.owner.call('members')).members.find(one => one.email === 'anna@example.com')!
    expect(anna).toMatchObject({ role: 'agent', roleId: role.id })
    expect((await hub.owner.call('teams')).teams.find(one => one.id === team.id)?.memberIds).toEqual([anna.id])
    expect((await accept(linkIn(letter.text), 'anna@example.com')).status).toBe(410)
  })

  test('that the mail server refuses says why, and can be sent again with a new link', async () => {
    mail.refuse('550 5.1.1 No such user here')
    const first = await hub.owner.call('invite', { body: { email: 'boris@example.com', send: true } })
    const failed = await until(async () => {
      const one = await waiting('boris@example.com')
      return one?.mail.state === 'failed' ? one : undefined
    }, 'the failure')
    expect(failed.mail.reason).toContain('No such user here')
    mail.refuse(undefined)
    await hub.owner.call('sendInvitation', { params: { invitationId: first.id } })
    const letter = await until(() => mail.letters.find(one => one.to === 'boris@example.com'), 'the second letter')
    const token = first.url.split('/').at(-1)!
    expect(linkIn(letter.text)).not.toBe(token)
    expect((await accept(token, 'boris@example.com')).status).toBe(404)
    expect((await accept(linkIn(letter.text), 'boris@example.com')).status).toBe(200)
  })

  test('that has expired says so, is still listed, and can be renewed', async () => {
    const made = await hub.owner.call('invite', { body: { email: 'late@example.com' } })
    await hub.database.query(`update invitation set expires_at = now() - interval '1 hour' where id = $1`, [made.id])
    expect(await (await accept(made.url.split('/').at(-1)!, 'late@example.com')).json()).toMatchObject({ code: 'invitation_expired' })
    expect(await waiting('late@example.com')).toMatchObject({ expired: true })
    const renewed = await hub.owner.call('sendInvitation', { params: { invitationId: made.id } })
    expect((await accept(renewed.url.split('/').at(-1)!, 'late@example.com')).status).toBe(200)
  })

  test('is not offered by a hub without mail', async () => {
    const plain = await startTestHub()
    expect((await plain.owner.call('invitations')).canMail).toBe(false)
    await expect(plain.owner.call('invite', { body: { email: 'x@example.com', send: true } })).rejects.toMatchObject({
      problem: { code: 'mail_not_configured' },
    })
    await plain.close()
  })
})

describe('a list of agents', () => {
  const list = [
    '\uFEFFИмя;Почта;Роль;Команда;Языки;Навыки;Нагрузка;Заметки',
    'Вера;vera@example.com;оператор;Sales;ru, en;возвраты|доставка;5;',
    'Глеб;gleb@example.com;Helper;;;;;',
    'Дина;DINA@example.com;director;;;;;',
    ';no-address;;;;;;',
    'Ева;eva@example.com;;Nowhere;;;;',
    'Вера 2;Vera@Example.com;;;;;;',
    'Анна;anna@example.com;;;;;;',
    '=HYPERLINK("http://evil");bad;;;;;many;',
  ].join('\r\n')

  test('is looked at first: each row with its line and what is wrong', async () => {
    const look = await hub.owner.call('importMembers', { body: { csv: list } })
    expect(look.rows.map(row => [row.line, row.result, row.problem?.code ?? null])).toEqual([
      [2, 'invite', null],
      [3, 'invite', null],
      [4, 'error', 'role_unknown'],
      [5, 'error', 'email_wrong'],
      [6, 'error', 'team_unknown'],
      [7, 'error', 'email_twice'],
      [8, 'member', null],
      [9, 'error', 'email_wrong'],
    ])
    expect(look.ignored).toEqual(['Заметки'])
    expect(look.invited).toEqual([])
    expect(await waiting('vera@example.com')).toBeUndefined()
    // What we write back is no formula.
    expect(look.rejected).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(look.rejected).toContain('email_wrong: no-address')
  })

  test('invites every good row, and nobody twice', async () => {
    const done = await hub.owner.call('importMembers', { body: { csv: list, dryRun: false, send: true } })
    expect(done.invited.map(one => one.email)).toEqual(['vera@example.com', 'gleb@example.com'])
    const letter = await until(() => mail.letters.find(one => one.to === 'vera@example.com'), 'the letter')
    const again = await hub.owner.call('importMembers', { body: { csv: list, dryRun: false, send: true } })
    expect(again.invited).toEqual([])
    expect(again.rows.slice(0, 2).map(row => row.result)).toEqual(['waiting', 'waiting'])
    expect((await accept(linkIn(letter.text), 'vera@example.com')).status).toBe(200)
    const vera = (await hub.owner.call('members')).members.find(one => one.email === 'vera@example.com')!
    expect(vera).toMatchObject({ languages: ['ru', 'en'], skills: ['возвраты', 'доставка'], capacity: 5 })
  })

  test('that is no list, has no addresses, or is too long, is refused with the reason', async () => {
    const refused = async (csv: string, message: string) =>
      await expect(hub.owner.call('importMembers', { body: { csv } })).rejects.toMatchObject({
        problem: { code: 'invalid_request', errors: [{ path: 'csv', message }] },
      })
    await refused('name,role\nAnna,agent', 'no_email')
    await refused('\uFEFF\n\n', 'empty')
    await refused('email,name\n"a@example.com,x', 'broken')
    await refused(`email\n${Array.from({ length: 501 }, (_, index) => `a${index}@example.com`).join('\n')}`, 'too_long')
  })

  test('gives no more than who imports it has', async () => {
    const { url } = await hub.owner.call('invite', { body: { role: 'manager' } })
    const joined = await accept(url.split('/').at(-1)!, 'chief@example.com')
    const response = await fetch(`${hub.url}/v1/members/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1', cookie: joined.headers.get('set-cookie')!.split(';')[0]! },
      body: JSON.stringify({ csv: 'email,role\nboss@example.com,owner' }),
    })
    expect(await response.json()).toMatchObject({ rows: [{ result: 'error', problem: { code: 'role_not_yours' } }] })
  })
})
