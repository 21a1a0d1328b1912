/** What stands in a chat before its first word: greeting and first questions; and the menu beside the composer. Always holds: a press names a payload that the simulator showed. */
import type { PhoneView } from '@dragoman/channel-kit/simulator/types'
import { t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import type { PageAction } from '../wire.ts'
import { Sheet, SheetRow } from './sheet.tsx'
import type { SheetProps } from './sheets.tsx'

/** An empty chat. */
export function Welcome({ view, perform }: { view: PhoneView; perform(action: PageAction): Promise<boolean> }) {
  const { entrance } = view
  const waitsForStart = view.abilities.start && !view.started
  const starters = waitsForStart || view.blocked ? [] : (entrance?.starters ?? [])
  return (
    <>
      {entrance?.greeting ? (
        <div class="greeting">
          <p>{entrance.greeting}</p>
        </div>
      ) : (
        <p class="thread-empty">{waitsForStart ? t('thread.start') : t('thread.empty')}</p>
      )}
      {starters.length > 0 && (
        <fieldset class="starters" aria-label={t('starters')}>
          {starters.map((starter, index) => (
            <button key={index} type="button" onClick={() => void perform({ act: 'choose_entrance', payload: starter.payload })}>
              {starter.title}
            </button>
          ))}
        </fieldset>
      )}
    </>
  )
}

/** Rows of the menu: a row either says something to the business or opens a page. */
export function MenuSheet({ view, close, perform }: SheetProps) {
  return (
    <Sheet title={t('menu')} close={close}>
      {(view.entrance?.menu ?? []).map((row, index) =>
        row.payload === undefined ? (
          <a
            key={index}
            class="sheet-row"
            href={/^https?:/i.test(row.url ?? '') ? row.url : undefined}
            target="_blank"
            rel="noreferrer noopener"
            onClick={close}
          >
            <span>{row.title}</span>
            <Icon name="out" size={18} />
          </a>
        ) : (
          <SheetRow
            key={index}
            label={row.title}
            onPress={() => {
              close()
              void perform({ act: 'choose_entrance', payload: row.payload ?? '' })
            }}
          />
        ),
      )}
    </Sheet>
  )
}
