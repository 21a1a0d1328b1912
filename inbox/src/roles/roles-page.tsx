/** Roles of the firm: a list, one to edit, and all of them side by side. Built-in ones are shown and cannot be changed. */
import { rights as allRights, builtInRights, type FirmRoleView } from '@dragoman/api'
import { Badge, Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconCheck, IconPencil, IconPlus } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import { RoleForm } from './role-form.tsx'
import { nameOf, rightWords, useRoles } from './role-words.ts'
import classes from './roles.module.css'

export function RolesPage() {
  const { t } = useTranslation()
  const roles = useRoles()
  const members = useInbox(state => state.members)
  const [editing, setEditing] = useState<string | 'new'>()
  const countOf = (role: 'owner' | 'manager' | 'agent') =>
    Object.values(members).filter(member => member.active && member.role === role && member.roleId === null).length
  const people = (count: number) => (count > 0 ? t('rolesPage.members', { count }) : t('rolesPage.noMembers'))
  return (
    <SettingsFrame
      section="roles"
      title={t('rolesPage.title')}
      intro={t('rolesPage.intro')}
      wide
      actions={
        editing === undefined && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setEditing('new')}>
            {t('rolesPage.new')}
          </Button>
        )
      }
    >
      {editing === 'new' && <RoleForm edited={undefined} onDone={() => setEditing(undefined)} />}
      <ul className={classes.list}>
        {(['owner', 'manager', 'agent'] as const).map(role => (
          <li key={role} className={classes.item}>
            <span className={classes.itemText}>
              <span className={classes.itemName}>
                {t(`roles.${role}`)}{' '}
                <Badge size="sm" variant="light" color="gray" tt="none">
                  {t('rolesPage.builtIn')}
                </Badge>
              </span>
              <small>
                {t('rolesPage.rightsCount', { count: builtInRights[role].length })} · {people(countOf(role))}
                {role === 'owner' && ` · ${t('rolesPage.always')}`}
              </small>
            </span>
          </li>
        ))}
        {roles.map(role =>
          editing === role.id ? (
            <li key={role.id} className={classes.formItem}>
              <RoleForm edited={role} onDone={() => setEditing(undefined)} />
            </li>
          ) : (
            <li key={role.id} className={classes.item}>
              <span className={classes.itemText}>
                <span className={classes.itemName}>{nameOf(role.name)}</span>
                <small>
                  {t('rolesPage.rightsCount', { count: role.rights.length })} · {people(role.members)}
                </small>
              </span>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPencil size={15} />}
                aria-label={t('members.editOf', { name: nameOf(role.name) })}
                onClick={() => setEditing(role.id)}
              >
                {t('common.edit')}
              </Button>
            </li>
          ),
        )}
      </ul>
      <Overview roles={roles} />
    </SettingsFrame>
  )
}

function Overview({ roles }: { roles: readonly FirmRoleView[] }) {
  const { t } = useTranslation()
  const columns = [
    ...(['owner', 'manager', 'agent'] as const).map(role => ({ id: role, name: t(`roles.${role}`), rights: builtInRights[role] })),
    ...roles.map(role => ({ id: role.id, name: nameOf(role.name), rights: role.rights })),
  ]
  return (
    <Section title={t('rolesPage.overview')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className={classes.scroll} tabIndex={0} aria-label={t('rolesPage.overview')}>
        <table className={classes.grid}>
          <thead>
            <tr>
              <th scope="col">{t('rolesPage.right')}</th>
              {columns.map(column => (
                <th key={column.id} scope="col">
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {allRights.map(right => {
              const words = rightWords(right, t)
              return (
                <tr key={right}>
                  <th scope="row">
                    {words.name}
                    <small>{words.text}</small>
                  </th>
                  {columns.map(column => {
                    const has = column.rights.includes(right)
                    return (
                      <td key={column.id} data-has={has}>
                        {has ? <IconCheck size={17} aria-hidden="true" /> : <span aria-hidden="true">–</span>}
                        <span className="visually-hidden">{t(has ? 'rolesPage.has' : 'rolesPage.hasNot')}</span>
                      </td>
                    )
                  })}
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
    </Section>
  )
}
