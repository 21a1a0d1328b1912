/** Somebody else has changed what I am editing: mine stays on the screen, and I choose. */
import { Alert, Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export function StaleAlert({ name, onTheirs, onMine }: { name?: string; onTheirs(): void; onMine(): void }) {
  const { t } = useTranslation()
  return (
    <Alert color="yellow" variant="light" my="md" role="alert">
      {t('routing.stale', { name: name ?? t('routing.staleSomebody') })}
      <Group gap={8} mt={10}>
        <Button size="compact-sm" variant="default" onClick={onTheirs}>
          {t('routing.loadTheirs')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onMine}>
          {t('routing.saveMine')}
        </Button>
      </Group>
    </Alert>
  )
}
