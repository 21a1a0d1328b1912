/** What a language tag and a phone number tell: the language's name, and the customer's time where the country has one zone. Pure. */

import { dateFormat } from '../text/formats.ts'

/** Calling codes of countries that lie in one time zone (or nearly all of whose people do). Others are not guessed. */
const zones: readonly [prefix: string, zone: string][] = [
  ['375', 'Europe/Minsk'],
  ['380', 'Europe/Kyiv'],
  ['374', 'Asia/Yerevan'],
  ['994', 'Asia/Baku'],
  ['995', 'Asia/Tbilisi'],
  ['996', 'Asia/Bishkek'],
  ['998', 'Asia/Tashkent'],
  ['992', 'Asia/Dushanbe'],
  ['373', 'Europe/Chisinau'],
  ['371', 'Europe/Riga'],
  ['370', 'Europe/Vilnius'],
  ['372', 'Europe/Tallinn'],
  ['77', 'Asia/Almaty'],
  ['49', 'Europe/Berlin'],
  ['48', 'Europe/Warsaw'],
  ['44', 'Europe/London'],
  ['33', 'Europe/Paris'],
  ['39', 'Europe/Rome'],
  ['90', 'Europe/Istanbul'],
  ['972', 'Asia/Jerusalem'],
  ['971', 'Asia/Dubai'],
  ['91', 'Asia/Kolkata'],
  ['86', 'Asia/Shanghai'],
  ['81', 'Asia/Tokyo'],
  ['66', 'Asia/Bangkok'],
]

export function zoneOfPhone(phone: string | null): string | undefined {
  const digits = phone?.replace(/\D/g, '') ?? ''
  if (digits.length < 8) return undefined
  return zones.find(([prefix]) => digits.startsWith(prefix))?.[1]
}

/** The customer's clock, or nothing where the zone is not certain or is mine. */
export function localTime(phone: string | null, now: number, language: string): string | undefined {
  const zone = zoneOfPhone(phone)
  if (!zone) return undefined
  const format = (timeZone?: string) => dateFormat(language, { hour: '2-digit', minute: '2-digit', timeZone }).format(now)
  return format(zone) === format() ? undefined : format(zone)
}

export function languageName(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
