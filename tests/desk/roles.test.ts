/** Roles of the firm's own and what may be done to members: nobody gives what he lacks, nobody is locked out, changes count at once. */
import type { Right } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

const problem = (code: string) => ({ problem: { code } })
const makeRole = (name: string, rights: Right[], rank: 'agent' | 'manager' = 'agent') =>
  hub.owner.call('createRole', { body: { name: { en: name }, rank, rights } })
const give = (agent: Agent, roleId: string) => hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { roleId } })

describe('a role of the firm’s own', () => {
  test('gives its rights at once, to requests, to Me, and to an open stream’s member', async () => {
    const agent = await joinAgent(hub, 'Rita')
    const role = await makeRole('Team lead', ['people.manage', 'contacts.details', 'conversations.assign', 'contacts.block'])
    await expect(agent.client.call('invitations')).rejects.toMatchObject(problem('not_allowed'))
    expect(await give(agent, role.id)).toMatchObject({ role: 'agent', roleId: role.id })
    expect((await agent.client.call('invitations')).invitations).toEqual([])
    expect((await agent.client.call('session')).me.rights).toContain('people.manage')
    await until(() => agent.events.some(event => event.kind === 'member.changed' && event.member.roleId === role.id), 'the event')
    // And goes at once.
    const changed = await hub.owner.call('updateRole', { params: { roleId: role.id }, body: { version: role.version, rights: [] } })
    expect(changed).toMatchObject({ rights: [], members: 1 })
    await expect(agent.client.call('invitations')).rejects.toMatchObject(problem('not_allowed'))
    await expect(
      hub.owner.call('updateRole', { params: { roleId: role.id }, body: { version: role.version, rights: [] } }),
    ).rejects.toMatchObject({ problem: { code: 'stale_version', current: { version: changed.version } } })
    agent.leave()
  })

  test('cannot go while somebody has it, or is invited to it', async () => {
    const agent = await joinAgent(hub, 'Sven', { online: false })
    const role = await makeRole('Night', ['contacts.details'])
    await give(agent, role.id)
    await expect(hub.owner.call('deleteRole', { params: { roleId: role.id } })).rejects.toMatchObject(problem('role_in_use'))
    await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { role: 'agent' } })
    const { id } = await hub.owner.call('invite', { body: { roleId: role.id } })
    await expect(hub.owner.call('deleteRole', { params: { roleId: role.id } })).rejects.toMatchObject(problem('role_in_use'))
    await hub.owner.call('revokeInvitation', { params: { invitationId: id } })
    await hub.owner.call('deleteRole', { params: { roleId: role.id } })
    expect((await hub.owner.call('roles')).roles.map(one => one.id)).not.toContain(role.id)
  })

  test('has a name of its own', async () => {
    await makeRole('Support', [])
    await expect(makeRole('support', [])).rejects.toMatchObject(problem('invalid_request'))
    await expect(hub.owner.call('createRole', { body: { name: {}, rights: [] } })).rejects.toMatchObject(problem('invalid_request'))
  })
})

describe('who may give what', () => {
  let lead: Agent
  let leadRole: { id: string; version: number }
  beforeAll(async () => {
    lead = await joinAgent(hub, 'Lena', { online: false })
    leadRole = await makeRole('Lead', ['people.manage', 'contacts.block'])
    await give(lead, leadRole.id)
  })

  test('nobody gives a right that he does not have: not by a role, not by an invitation, not by a change', async () => {
    const missing = { problem: { code: 'not_allowed', missing: ['contacts.details', 'conversations.assign'] } }
    await expect(lead.client.call('invite', { body: { role: 'agent' } })).rejects.toMatchObject(missing)
    await expect(lead.client.call('invite', { body: { role: 'manager' } })).rejects.toMatchObject(problem('not_allowed'))
    await expect(lead.client.call('createRole', { body: { name: { en: 'Mighty' }, rights: ['audit.see'] } })).rejects.toMatchObject({
      problem: { code: 'not_allowed', missing: ['audit.see'] },
    })
    const small = await lead.client.call('createRole', { body: { name: { en: 'Small' }, rights: ['contacts.block'] } })
    await expect(
      lead.client.call('updateRole', {
        params: { roleId: small.id },
        body: { version: small.version, rights: ['contacts.block', 'audit.see'] },
      }),
    ).rejects.toMatchObject(problem('not_allowed'))
    await expect(lead.client.call('createRole', { body: { name: { en: 'High' }, rank: 'manager', rights: [] } })).rejects.toMatchObject(
      problem('not_allowed'),
    )
    expect(await lead.client.call('invite', { body: { roleId: small.id } })).toMatchObject({ sending: false })
  })

  test('nobody touches an owner, or somebody with more rights', async () => {
    const { me } = await hub.owner.call('session')
    const manager = await joinAgent(hub, 'Max', { role: 'manager', online: false })
    for (const memberId of [me.memberId, manager.id]) {
      await expect(lead.client.call('updateMember', { params: { memberId }, body: { active: false } })).rejects.toMatchObject(
        problem('not_allowed'),
      )
      await expect(lead.client.call('endMemberSessions', { params: { memberId } })).rejects.toMatchObject(problem('not_allowed'))
    }
    await expect(manager.client.call('updateMember', { params: { memberId: me.memberId }, body: { role: 'agent' } })).rejects.toMatchObject(
      problem('not_allowed'),
    )
    await expect(manager.client.call('updateMember', { params: { memberId: manager.id }, body: { role: 'owner' } })).rejects.toMatchObject(
      problem('not_allowed'),
    )
  })

  test('nobody locks himself out, and the last owner stays one', async () => {
    const { me } = await hub.owner.call('session')
    await expect(
      lead.client.call('updateRole', { params: { roleId: leadRole.id }, body: { version: leadRole.version, rights: ['contacts.block'] } }),
    ).rejects.toMatchObject(problem('would_lock_out'))
    const small = await hub.owner.call('createRole', { body: { name: { en: 'Tiny' }, rights: [] } })
    for (const body of [{ roleId: small.id }, { active: false }])
      await expect(lead.client.call('updateMember', { params: { memberId: lead.id }, body })).rejects.toMatchObject(
        problem('would_lock_out'),
      )
    for (const body of [{ roleId: small.id }, { active: false }, { role: 'agent' as const }])
      await expect(hub.owner.call('updateMember', { params: { memberId: me.memberId }, body })).rejects.toMatchObject(problem('last_owner'))
  })
})

describe('what routing asks of a member', () => {
  test('is changed by who manages routing, with a version against overwriting; his role is not', async () => {
    const agent = await joinAgent(hub, 'Olga', { online: false })
    const planner = await joinAgent(hub, 'Pavel', { online: false })
    await give(planner, (await makeRole('Planner', ['routing.manage'])).id)
    const team = await hub.owner.call('createTeam', { body: { name: 'Sales' } })
    const body = {
      languages: ['EN', 'ru', 'en'],
      skills: ['refunds'],
      capacity: 4,
      shifts: { mon: [['09:00', '18:00']] as [string, string][] },
      zone: 'Europe/Moscow',
      teamIds: [team.id],
    }
    const changed = await planner.client.call('updateMember', { params: { memberId: agent.id }, body: { ...body, version: 1 } })
    expect(changed).toMatchObject({ languages: ['en', 'ru'], skills: ['refunds'], capacity: 4, zone: 'Europe/Moscow', version: 2 })
    expect((await hub.owner.call('teams')).teams[0]).toMatchObject({ memberIds: [agent.id], version: 2 })
    await expect(
      planner.client.call('updateMember', { params: { memberId: agent.id }, body: { capacity: 5, version: 1 } }),
    ).rejects.toMatchObject({ problem: { code: 'stale_version', current: { capacity: 4 } } })
    await expect(planner.client.call('updateMember', { params: { memberId: agent.id }, body: { role: 'manager' } })).rejects.toMatchObject(
      problem('not_allowed'),
    )
    await expect(agent.client.call('updateMember', { params: { memberId: agent.id }, body: { capacity: 9 } })).rejects.toMatchObject(
      problem('not_allowed'),
    )
    for (const wrong of [{ zone: 'Mars/Olympus' }, { languages: ['not a code'] }, { capacity: 0 }, { shifts: { mon: [['9', '18']] } }])
      await expect(
        hub.owner.call('updateMember', { params: { memberId: agent.id }, body: wrong as object }),
        JSON.stringify(wrong),
      ).rejects.toMatchObject(problem('invalid_request'))
    expect(await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { shifts: null, capacity: null } })).toMatchObject({
      shifts: null,
      capacity: null,
    })
  })
})
