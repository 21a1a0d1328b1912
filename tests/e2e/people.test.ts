/**
 * People and access in the browser: a second factor is set up and used, a passkey signs in alone, a role hides details until a reason is given, a list
 * of agents is imported, idleness sends away and activity brings back. Passkeys are those of Chromium's virtual authenticator.
 */
import { generate } from 'otplib'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joinAgent } from '../support/agents.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually, openDesk, writeFrom } from '../support/desk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
/** Passkeys need a name in the address. */
let origin: string

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  origin = hub.url.replace('127.0.0.1', 'localhost')
  const { url } = await hub.owner.call('invite', { body: {} })
  const joined = await fetch(`${hub.url}/v1/invitations/by-token/${url.split('/').at(-1)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify(mira),
  })
  expect(joined.status).toBe(200)
})
/** Whoever tries the second factor: her own sessions end, and nobody else's. */
const mira = { name: 'Mira', email: 'mira@example.com', password: 'long enough here', language: 'en' }

afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })

async function giveAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return session
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${origin}/sign-in`)
  await page.getByLabel('E-mail').fill(mira.email)
  await page.locator('input[name=password]').fill(mira.password)
  await button(page, 'Sign in').click()
}

describe('a second factor', () => {
  test('is set up with an app, asked for at the next sign-in, joined by a passkey that signs in alone, and ends with its last part', async () => {
    const context = await browser.context()
    const page = await context.newPage()
    await giveAuthenticator(page)
    await signIn(page)
    await page.waitForURL('**/inbox/all')
    await page.goto(`${origin}/settings/security`)
    await button(page, 'Set up').click()
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    const secret = (await page.getByRole('textbox', { name: 'Or type the key' }).inputValue()).replaceAll(' ', '')
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill('000000')
    await button(page, 'Switch on').click()
    await page.getByRole('alert').getByText('This code is not right').waitFor()
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(await generate({ secret }))
    await button(page, 'Switch on').click()
    const codes = page.getByRole('dialog', { name: 'Your recovery codes' }).locator('ol li')
    await codes.nth(9).waitFor()
    expect(await codes.count()).toBe(10)
    const recovery = await codes.first().textContent()
    await button(page, 'I have kept them').click()

    // A passkey beside it.
    await button(page, 'Add a passkey').click()
    await page.getByLabel('Name of the passkey').fill('Laptop')
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey is added').waitFor()

    // Two steps now.
    await signIn(page)
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    await page.getByLabel('Code from the app, or a recovery code').fill(recovery ?? '')
    await button(page, 'Sign in').click()
    await page.waitForURL('**/inbox/all')

    await signIn(page)
    await button(page, 'Use a passkey').click()
    await page.waitForURL('**/inbox/all')

    // And the passkey alone, without a name or a password.
    await page.context().clearCookies()
    await page.goto(`${origin}/sign-in`)
    await button(page, 'Sign in with a passkey').click()
    await page.waitForURL('**/inbox/all')

    await page.goto(`${origin}/settings/security`)
    await page.getByText('9 codes are left').waitFor()
    await page.getByText('this one').waitFor()
    await button(page, 'End all others').click()
    await page.getByText(/sessions? ended/).waitFor()
    await button(page, 'Remove Laptop').click()
    await button(page, 'Switch off').click()
    await page.getByText('Off: the password alone is enough.').waitFor()
    expect(await hub.database.query('select count(*)::int as n from passkey')).toEqual([{ n: 0 }])
    await context.close()
  })

  test('that the firm asks for is set up before anything else', async () => {
    const { url } = await hub.owner.call('invite', { body: {} })
    const open = await openDesk(browser, hub)
    await button(open.page, /^Owner/).waitFor()
    await hub.owner.call('saveSetting', { params: { name: 'security' }, body: { version: 0, value: { requireSecondFactor: true } } })
    // Who is in the middle of work is led there too.
    await open.page.waitForURL('**/second-factor')
    await open.close()
    const context = await browser.context()
    const page = await context.newPage()
    await page.goto(url.replace('127.0.0.1', 'localhost'))
    await page.getByLabel('Your name').fill('Anna')
    await page.getByLabel('E-mail').fill('anna@example.com')
    await page.locator('input[name=password]').fill('long enough here')
    await button(page, 'Join').click()
    await page.waitForURL('**/second-factor')
    await button(page, 'Set up').click()
    const secret = (await page.getByRole('textbox', { name: 'Or type the key' }).inputValue()).replaceAll(' ', '')
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(await generate({ secret }))
    await button(page, 'Switch on').click()
    await button(page, 'I have kept them').click()
    await button(page, 'To the inbox').click()
    await page.waitForURL('**/inbox/all')
    await hub.database.query(`update setting set value = '{}' where name = 'security'`)
    await context.close()
  })
})

test('a role without contact details shows a mask, and the whole number for a reason; giving the right shows it at once', async () => {
  const { phone: first } = await hub.connect('whatsapp')
  const phone = hub.newPhone('whatsapp', first.platformAccountId, { name: 'Olga' })
  await writeFrom(phone, 'Good day')
  const conversation = await eventually(
    async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.contact.name === 'Olga'),
    'the conversation',
  )
  const agent = await joinAgent(hub, 'Rita', { online: false })
  // The owner makes the role on the screen.
  const desk = await openDesk(browser, hub, { path: '/settings/roles' })
  await button(desk.page, 'New role').click()
  await desk.page.getByLabel('Name (English)').fill('Outside help')
  await desk.page.getByLabel('Assign conversations').check()
  await button(desk.page, 'Make the role').click()
  await desk.page.getByRole('listitem').filter({ hasText: 'Outside help' }).getByText('1 right').waitFor()
  const role = (await hub.owner.call('roles')).roles[0]!
  await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { roleId: role.id } })

  const help = await openDesk(browser, hub, { cookie: agent.cookie, path: `/inbox/all/${conversation.id}` })
  const pane = help.page.getByRole('complementary', { name: 'Customer' })
  await pane.getByText('•').first().waitFor()
  expect(await help.page.locator('body').textContent()).not.toContain(conversation.contact.phone!.slice(-7))
  await pane.getByRole('button', { name: 'Show' }).click()
  await pane.getByLabel('Why do you need them?').fill('She asked for a call')
  await pane.getByRole('button', { name: 'Show' }).click()
  await pane.getByRole('link', { name: conversation.contact.phone! }).waitFor()

  // Left and come back: hidden again, until the right is given, which shows it at once.
  await help.page.reload()
  await pane.getByText('•').first().waitFor()
  await hub.owner.call('updateRole', { params: { roleId: role.id }, body: { version: role.version, rights: ['contacts.details'] } })
  await pane.getByRole('link', { name: conversation.contact.phone! }).waitFor()

  await desk.page.goto(`${hub.url}/settings/audit?what=contact`)
  await desk.page.getByText('looked at hidden details of Olga: “She asked for a call”').waitFor()
  await Promise.all([desk.close(), help.close()])
})

test('a list of agents is looked at, corrected by what it says, and invited', async () => {
  const desk = await openDesk(browser, hub, { path: '/members' })
  const { page } = desk
  await button(page, 'Import from a list').click()
  await page.getByLabel('Or paste it here').fill('name,email,role\nBoris,boris@example.com,agent\nVera,nowhere,agent')
  await button(page, 'Look at it').click()
  await page.getByText('will be invited').waitFor()
  await page.getByText('not an e-mail address: nowhere').waitFor()
  await button(page, 'Invite 1 person').click()
  await page.getByText('1 person is invited').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('Boris, boris@example.com').waitFor()
  await desk.close()
})

test('idleness in every tab sends an agent away, and the first touch brings him back; what he chose himself stays', async () => {
  const { version } = await hub.owner.call('setting', { params: { name: 'security' } })
  await hub.owner.call('saveSetting', { params: { name: 'security' }, body: { version, value: { idleAwayMinutes: 5 } } })
  const agent = await joinAgent(hub, 'Sven', { online: false })
  const context = await browser.context({ cookie: agent.cookie, origin: hub.url })
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(`${hub.url}/inbox/all`)
  const me = button(page, /^Sven/)
  await me.waitFor()
  const availability = async () => (await hub.owner.call('members')).members.find(one => one.id === agent.id)!.availability
  await page.waitForLoadState('networkidle')
  await page.clock.fastForward('06:00')
  await eventually(async () => (await availability()) === 'away', 'away by idleness')
  await page.mouse.move(200, 200)
  await eventually(async () => (await availability()) === 'available', 'back by activity')

  await me.click()
  await page.getByRole('menuitemradio', { name: /^Busy/ }).click()
  await eventually(async () => (await availability()) === 'busy', 'busy by choice')
  await page.clock.fastForward('06:00')
  await page.mouse.move(300, 300)
  await button(page, /Status: Busy$/).waitFor()
  expect(await availability()).toBe('busy')
  await context.close()
})

test('no page failed and none asked another machine for anything', () => {
  expect(browser.errors).toEqual([])
  expect(browser.outside).toEqual([])
})
