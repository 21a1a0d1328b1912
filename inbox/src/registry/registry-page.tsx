/**
 * Messengers compared: what each can do, where it is reached and what law says, on any day; and what changed between two days. Always holds: the address
 * says what is shown; nothing recorded is shown as unknown.
 */
import type { BusinessKind, RegistryRowView } from '@dragoman/api'
import { Button, Menu, SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { currentLanguage } from '../i18n.ts'
import { IconChevronDown, IconDownload } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { saveFile } from '../pieces/save-file.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import type { RegistrySearch } from '../settings-routes.ts'
import { isBusinessKind } from '../setup/fields.tsx'
import { useInbox } from '../store/desk.ts'
import { dayText, todayKey } from '../text/day.ts'
import { ChangesList } from './changes-list.tsx'
import { listOf, RegistryFilters } from './filters.tsx'
import { MatrixTable } from './matrix-table.tsx'
import classes from './registry.module.css'
import { groupOf } from './words.ts'

export function RegistryPage() {
  const { t, i18n } = useTranslation()
  const search = useSearch({ from: '/shell/registry' })
  const navigate = useNavigate({ from: '/registry' })
  const workspace = useInbox(state => state.workspace)
  const mayChange = useInbox(state => state.me.rights.includes('desk.manage'))
  const set = (part: Partial<RegistrySearch>) => void navigate({ search: { ...search, ...part }, replace: true })
  const countries = listOf(search.countries) ?? workspace.countries
  const business: BusinessKind = isBusinessKind(search.business ?? null)
    ? (search.business as BusinessKind)
    : isBusinessKind(workspace.businessKind)
      ? workspace.businessKind
      : 'other'
  const until = search.until ?? todayKey()
  const since = search.since ?? `${Number(until.slice(0, 4)) - 1}${until.slice(4)}`
  const isChanges = search.tab === 'changes'
  const place = { countries: countries.join(','), business, channels: search.channels }
  const matrix = useQuery({
    queryKey: ['registry', place, search.asOf],
    queryFn: () => call('registry', { query: { ...place, asOf: search.asOf ?? todayKey() } }),
    placeholderData: keepPreviousData,
    enabled: !isChanges,
  })
  const changes = useQuery({
    queryKey: ['registry-changes', place, since, until],
    queryFn: () => call('registryChanges', { query: { ...place, since, until } }),
    placeholderData: keepPreviousData,
    enabled: isChanges,
  })
  const rows = (matrix.data?.rows ?? []).filter(
    row => (search.group === undefined || groupOf(row.key) === search.group) && (search.only !== 'yes' || differs(row)),
  )
  const take = (format: 'csv' | 'json') =>
    call('exportRegistry', { query: { ...place, asOf: search.asOf ?? todayKey(), format, language: currentLanguage() } }).then(
      file => saveFile(file.fileName, file.content, file.mediaType),
      tellProblem,
    )
  const asked = isChanges ? changes : matrix
  const isFirm = search.countries === undefined && search.business === undefined
  return (
    <SettingsFrame
      section="registry"
      title={t('registry.title')}
      intro={t('registry.intro')}
      wide="full"
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<IconDownload size={16} />} rightSection={<IconChevronDown size={16} />}>
              {t('registry.export')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void take('csv')}>{t('registry.exportCsv')}</Menu.Item>
            <Menu.Item onClick={() => void take('json')}>{t('registry.exportJson')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('registry.tabs')}
          value={isChanges ? 'changes' : 'matrix'}
          onChange={tab => set({ tab: tab === 'changes' ? 'changes' : undefined })}
          data={[
            { value: 'matrix', label: t('registry.matrix') },
            { value: 'changes', label: t('registry.changes') },
          ]}
        />
        <RegistryFilters search={search} onChange={set} countries={countries} business={business} since={since} until={until} />
      </div>
      <p className={classes.remark}>
        {!isChanges && search.asOf !== undefined && (
          <strong>{t('registry.asOfNote', { day: dayText(search.asOf, i18n.language, 'long') })} </strong>
        )}
        {countries.length === 0 ? t('registry.chooseCountries') : isFirm && t('registry.firmNote')}{' '}
        {mayChange && isFirm && <Link to="/settings">{t('registry.toSettings')}</Link>}
      </p>
      <ProblemAlert problem={asked.isError ? problemOf(asked.error) : undefined} />
      {!isChanges && matrix.data && !matrix.isError && (
        <div aria-busy={matrix.isFetching}>
          {rows.length > 0 ? (
            <MatrixTable view={matrix.data} rows={rows} />
          ) : (
            <EmptyState title={t('registry.none')} text={t('registry.noneText')}>
              <Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
                {t('registry.clear')}
              </Button>
            </EmptyState>
          )}
        </div>
      )}
      {isChanges && changes.data && !changes.isError && (
        <div aria-busy={changes.isFetching}>
          {changes.data.changes.length > 0 ? (
            <ChangesList changes={changes.data.changes} />
          ) : (
            <EmptyState title={t('registry.nothingChanged')} text={t('registry.nothingChangedText')} />
          )}
        </div>
      )}
    </SettingsFrame>
  )
}

/** Whether the messengers shown say different things: another state, or other numbers. */
function differs(row: RegistryRowView): boolean {
  const said = Object.values(row.cells).map(cell => `${cell.state} ${JSON.stringify(cell.fact?.detail ?? null)}`)
  return new Set(said).size > 1
}
