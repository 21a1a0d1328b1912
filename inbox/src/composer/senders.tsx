/** A place or a person to send in place of text. */
import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconMapPin } from '../icons.ts'
import type { PanelProps } from './composer-panel.tsx'
import { readCoordinates } from './coordinates.ts'
import panels from './panels.module.css'

export function LocationSender({ compose, change, onClose }: PanelProps) {
  const { t } = useTranslation()
  const given = compose.special?.kind === 'location' ? compose.special : undefined
  const [typed, setTyped] = useState(given ? `${given.latitude}, ${given.longitude}` : '')
  const [name, setName] = useState(given?.name ?? '')
  const [address, setAddress] = useState(given?.address ?? '')
  const place = readCoordinates(typed)
  const apply = (event: FormEvent) => {
    event.preventDefault()
    if (!place) return
    change(now => ({
      ...now,
      special: { kind: 'location', ...place, name: name.trim() || undefined, address: address.trim() || undefined },
    }))
    onClose()
  }
  return (
    <form className={panels.panelForm} onSubmit={apply}>
      <TextInput
        label={t('senders.coordinates')}
        description={t('senders.coordinatesHelp')}
        placeholder="55.75222, 37.61556"
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
        error={typed !== '' && !place ? t('senders.noCoordinates') : undefined}
        autoFocus
      />
      <div className={panels.panelRow}>
        <TextInput label={t('senders.placeName')} value={name} onChange={event => setName(event.currentTarget.value)} />
        <TextInput label={t('senders.address')} value={address} onChange={event => setAddress(event.currentTarget.value)} />
      </div>
      <div className={panels.panelActions}>
        <Button type="submit" size="sm" disabled={!place}>
          {t('senders.attach')}
        </Button>
        {'geolocation' in navigator && (
          <Button
            size="sm"
            variant="default"
            leftSection={<IconMapPin size={16} />}
            onClick={() =>
              navigator.geolocation.getCurrentPosition(at =>
                setTyped(`${at.coords.latitude.toFixed(6)}, ${at.coords.longitude.toFixed(6)}`),
              )
            }
          >
            {t('senders.here')}
          </Button>
        )}
      </div>
    </form>
  )
}

export function ContactSender({ compose, change, onClose }: PanelProps) {
  const { t } = useTranslation()
  const given = compose.special?.kind === 'contact_card' ? compose.special.contacts[0] : undefined
  const [name, setName] = useState(given?.name ?? '')
  const [phone, setPhone] = useState(given?.phones[0] ?? '')
  const [organization, setOrganization] = useState(given?.organization ?? '')
  const digits = phone.replace(/\D/g, '').length
  const valid = name.trim() !== '' && digits >= 5
  const apply = (event: FormEvent) => {
    event.preventDefault()
    if (!valid) return
    change(now => ({
      ...now,
      special: {
        kind: 'contact_card',
        contacts: [{ name: name.trim(), phones: [phone.trim()], organization: organization.trim() || undefined }],
      },
    }))
    onClose()
  }
  return (
    <form className={panels.panelForm} onSubmit={apply}>
      <div className={panels.panelRow}>
        <TextInput label={t('senders.personName')} value={name} onChange={event => setName(event.currentTarget.value)} required autoFocus />
        <TextInput label={t('customer.phone')} type="tel" value={phone} onChange={event => setPhone(event.currentTarget.value)} required />
      </div>
      <TextInput label={t('senders.organization')} value={organization} onChange={event => setOrganization(event.currentTarget.value)} />
      <div className={panels.panelActions}>
        <Button type="submit" size="sm" disabled={!valid}>
          {t('senders.attach')}
        </Button>
      </div>
    </form>
  )
}
