/** Lines of “date, name, hours” as holidays. Pure. Dates as 2026-01-07, 07.01.2026 or 07.01 (every year); hours as 10:00-15:00, none: closed. */
import type { Holiday, Interval } from '@dragoman/api'

export function parseHolidays(text: string): { holidays: Holiday[]; broken: number[] } {
  const holidays: Holiday[] = []
  const broken: number[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [date = '', name = '', ...hours] = line.split(/[,;\t]/).map(cell => cell.trim().replace(/^"|"$/g, ''))
    const day = dateOf(date)
    const intervals = hours.filter(Boolean).map(intervalOf)
    if (!day || intervals.includes(undefined)) broken.push(index + 1)
    else holidays.push({ ...day, name: name.slice(0, 80), intervals: intervals as Interval[] })
  }
  return { holidays, broken }
}

function dateOf(text: string): { date: string; yearly: boolean } | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  const dotted = /^(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?\.?$/.exec(text)
  const [year, month, day] = iso
    ? iso.slice(1).map(Number)
    : dotted
      ? [Number(dotted[3] ?? 2024), Number(dotted[2]), Number(dotted[1])]
      : []
  if (!year || !month || !day) return undefined
  const at = new Date(Date.UTC(year, month - 1, day))
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined
  return { date: at.toISOString().slice(0, 10), yearly: Boolean(dotted && !dotted[3]) }
}

function intervalOf(text: string): Interval | undefined {
  const match = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/.exec(text)
  if (!match) return undefined
  const [from, to] = [`${match[1]!.padStart(2, '0')}:${match[2]}`, `${match[3]!.padStart(2, '0')}:${match[4]}`]
  const isTime = (time: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time)
  return isTime(from) && (isTime(to) || to === '24:00') ? [from, to] : undefined
}
