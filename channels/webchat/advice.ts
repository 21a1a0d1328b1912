/** What a person can do about a failure. In our own chat almost nothing can fail on the way: there is no way. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  if (failure.kind === 'permanent' && failure.reason === 'unsupported') {
    return {
      en: 'The chat cannot show this kind of message. Send it as text or as a file.',
      ru: 'Чат не умеет показывать такие сообщения. Отправьте текстом или файлом.',
    }
  }
  if (failure.kind === 'permanent' && failure.reason === 'media_unavailable') {
    return { en: 'The file is no longer here. Attach it again.', ru: 'Файла больше нет. Прикрепите его заново.' }
  }
  return undefined
}
