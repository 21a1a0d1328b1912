/** Find: name, phone in any form, e-mail, order number, words with stems and typos, names of files. What may not be seen is not found. */
import { countSearchWords } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spellingsOf } from '../../hub/src/search/spellings.ts'
import { joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
const find = async (q: string, more: object = {}) => await hub.owner.call('search', { query: { q, ...more } })
const names = async (q: string) => (await find(q)).contacts.map(hit => hit.conversation.contact.name)

beforeAll(async () => {
  hub = await startProbeHub()
  const people = [
    ['olga', 'Ольга Смирнова', 'Когда приедут мои чайники? Заказывал в субботу'],
    ['murat', 'Murat Aydin', 'The kettles arrived broken, please advise'],
    ['zoe', 'Zoë Hart', 'Спасибо, всё получила'],
  ] as const
  for (const [thread, name, text] of people) await hub.deliver([received(`${thread}-1`, { thread, from: [thread], name, text })])
  const contactOf = async (thread: string) => (await hub.conversation(thread)).contact.id
  await hub.owner.call('updateContact', {
    params: { contactId: await contactOf('olga') },
    body: { phone: '+79161234567', email: 'olga@example.com' },
  })
  await hub.database.query(`update contact set attributes = '{"order": "A-10245", "city": "Пермь"}', customer_id = 'C-778' where id = $1`, [
    await contactOf('murat'),
  ])
  await countSearchWords(hub.hub, 0)
})
afterAll(async () => {
  await hub?.close()
})

describe('people', () => {
  test('by name, part of it, with a typo, in the other alphabet and in the other layout', async () => {
    for (const query of ['Ольга', 'смирн', 'Смернова', 'olga', 'jkmuf']) expect(await names(query), query).toContain('Ольга Смирнова')
    for (const query of ['aydin', 'Мурат', 'ьгкфе']) expect(await names(query), query).toContain('Murat Aydin')
  })

  test('by phone in any form', async () => {
    for (const query of ['+7 916 123-45-67', '8 (916) 123 45 67', '9161234567', '4567'])
      expect(await names(query), query).toEqual(['Ольга Смирнова'])
  })

  test('by e-mail, order number and the firm’s own number, and says by which', async () => {
    expect((await find('olga@exam')).contacts[0]).toMatchObject({ matched: 'email' })
    expect((await find('10245')).contacts.map(hit => hit.matched)).toContain('attribute')
    expect(await names('C-778')).toEqual(['Murat Aydin'])
    expect(await names('пермь')).toEqual(['Murat Aydin'])
  })

  test('spellings: layouts both ways, and nothing that is no word', () => {
    expect(spellingsOf('jkmuf')).toEqual(['jkmuf', 'ольга'])
    expect(spellingsOf('Мурат')).toContain('vehfn')
    expect(spellingsOf('+7916')).toEqual(['+7916'])
    expect(spellingsOf('C-778')).toEqual(['C-778'])
  })
})

describe('words', () => {
  test('by any form of a word, Russian and English', async () => {
    for (const query of ['чайник', 'чайникам', 'заказывали']) expect((await find(query)).messages[0]?.snippet, query).toContain('‹')
    for (const query of ['kettle', 'arrive', 'break kettles'.slice(6)]) expect((await find(query)).messages, query).toHaveLength(1)
  })

  test('a mistyped word, or one in the other layout, is led to one that is there, and it is said', async () => {
    expect(await find('чайнеки')).toMatchObject({ corrected: 'чайник', messages: [{ snippet: expect.stringContaining('‹чайники›') }] })
    expect(await find('ketle')).toMatchObject({ corrected: expect.stringMatching(/^kettl/) })
    expect((await find('xfqybr')).messages).toHaveLength(1)
    expect(await find('чайники')).toMatchObject({ corrected: null })
  })

  test('filters narrow: account, state, time, direction', async () => {
    expect((await find('чайник', { direction: 'out' })).messages).toEqual([])
    expect((await find('чайник', { direction: 'in' })).messages).toHaveLength(1)
    expect((await find('чайник', { before: Date.now() - 86_400_000 })).messages).toEqual([])
    expect((await find('чайник', { account: crypto.randomUUID() })).messages).toEqual([])
    const { id } = await hub.conversation('olga')
    await hub.owner.call('close', { params: { conversationId: id }, body: {} })
    expect((await find('чайник', { state: 'open' })).messages).toEqual([])
    expect((await find('чайник')).messages).toHaveLength(1)
    await hub.owner.call('reopen', { params: { conversationId: id } })
  })

  test('a file is found by its name', async () => {
    const form = new FormData()
    form.set('file', new File(['a,b\n1,2\n'], 'Счёт-10245.csv', { type: 'text/csv' }))
    const { id: conversationId } = await hub.conversation('zoe')
    const file = await hub.owner.call('uploadFile', { body: form })
    hub.probe.answer = () => ({ status: 200, body: { id: crypto.randomUUID() } })
    await hub.owner.call('sendMessage', {
      params: { conversationId },
      body: {
        clientId: `file-${Date.now()}`,
        note: true,
        body: { content: { kind: 'file', media: { ref: { from: 'file', fileId: file.fileId }, name: 'Счёт-10245.csv' } } },
      },
    })
    expect((await find('счёт-10245')).files).toMatchObject([{ fileId: file.fileId, name: 'Счёт-10245.csv' }])
  })
})

describe('who finds what', () => {
  test('who may not see details finds by a whole number only, and sees it hidden; nothing by e-mail', async () => {
    const role = await hub.owner.call('createRole', { body: { name: { en: 'Trainee' }, rank: 'agent', rights: [] } })
    const agent = await joinAgent(hub, 'Anna', { online: false })
    await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { roleId: role.id } })
    const asAgent = (q: string) => agent.client.call('search', { query: { q } })
    expect((await asAgent('4567')).contacts).toEqual([])
    const [hit] = (await asAgent('8 916 123-45-67')).contacts
    expect(hit?.conversation.contact.name).toBe('Ольга Смирнова')
    expect(JSON.stringify(hit)).not.toContain('1234567')
    expect((await asAgent('olga@exam')).contacts).toEqual([])
  })

  test('conversations of accounts that one may not see are not found', async () => {
    const agent = await joinAgent(hub, 'Boris', { online: false })
    await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { accountIds: [crypto.randomUUID()] } })
    expect(await agent.client.call('search', { query: { q: 'чайник' } })).toMatchObject({ contacts: [], messages: [], files: [] })
  })

  test('likeness, parts of numbers and names of files are read from indexes', async () => {
    await hub.database.query('set enable_seqscan = off')
    const plan = async (query: string) =>
      (await hub.database.query<Record<string, string>>(`explain ${query}`)).map(row => Object.values(row)[0]).join('\n')
    // The functions are the owner's, so the owner's plans are theirs.
    expect(await plan(`select id from contact where found_by like '%10245%'`)).toContain('contact_found_by')
    expect(await plan(`select id from contact where 'smirnova' <% name_key`)).toContain('contact_name_key')
    expect(await plan(`select id from file where name_key like '%10245%'`)).toContain('file_name_key')
    expect(await plan(`select word from search_word where key % 'qaynek'`)).toContain('search_word_like')
  })
})
