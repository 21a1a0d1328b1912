/** What can be pressed under a message: buttons, quick answers, or the button of a list. Always holds: a press names a place, never a payload. */
import type { Button, Keyboard } from '@dragoman/core'
import { Icon, type IconName } from '../pieces/icons.tsx'

export interface KeyboardProps {
  keyboard: Keyboard
  press(row: number, column: number): void
  openList(): void
}

const marks: Partial<Record<Button['kind'], IconName>> = { url: 'out', phone: 'phone', share_contact: 'person', share_location: 'pin' }

export function KeyboardView({ keyboard, press, openList, inside }: KeyboardProps & { inside: boolean }) {
  if (keyboard.kind === 'list') {
    return (
      <div class={`buttons ${inside ? 'inside' : 'under'}`}>
        <div class="button-row">
          <button type="button" class="message-button" aria-haspopup="dialog" onClick={openList}>
            <Icon name="list" size={16} />
            {keyboard.button}
          </button>
        </div>
      </div>
    )
  }
  return (
    <div class={`buttons ${inside ? 'inside' : 'under'} ${keyboard.kind}`}>
      {keyboard.rows.map((row, rowIndex) => (
        <div class="button-row" key={rowIndex}>
          {row.map((button, column) => {
            const mark = marks[button.kind] ?? (inside ? 'reply' : undefined)
            const label = (
              <>
                {mark && inside && <Icon name={mark} size={16} />}
                <span>{button.title}</span>
                {mark && !inside && (
                  <span class="button-mark">
                    <Icon name={mark} size={11} />
                  </span>
                )}
              </>
            )
            return button.kind === 'url' ? (
              <a
                key={column}
                class="message-button"
                href={/^https?:/i.test(button.url) ? button.url : undefined}
                target="_blank"
                rel="noreferrer noopener"
                onClick={() => press(rowIndex, column)}
              >
                {label}
              </a>
            ) : (
              <button key={column} type="button" class="message-button" onClick={() => press(rowIndex, column)}>
                {label}
              </button>
            )
          })}
        </div>
      ))}
    </div>
  )
}
