/** VK's calls as data: a form with the version, the key named beside it. https://dev.vk.com/ru/api/api-requests */
import type { AccountView, HttpRequest } from '@dragoman/core'
import { origins } from './config.ts'

/** Of requests and of events: https://dev.vk.com/ru/reference/versions */
export const apiVersion = '5.199'

export function call(account: AccountView, method: string, parameters: Readonly<Record<string, unknown>>): HttpRequest {
  const fields = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, textOf(value)])
  return {
    via: 'http',
    method: 'POST',
    url: `${account.origins.api ?? origins.api}/method/${method}`,
    body: { type: 'form', fields: [...fields, ['v', apiVersion]], secrets: [['access_token', 'token']] },
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** An address that VK's answer named: nothing of ours goes there, and nothing in it is taken for a placeholder. */
export function foreignAddress(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { protocol, href, username, password } = new URL(url)
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '') return undefined
  return href.replaceAll('{', '%7B').replaceAll('}', '%7D')
}
