/** `second-factor-off <email>`: authenticator app, passkeys and recovery codes of a member go. Always holds: the running hub does it, and writes it down. */
import { askHub } from './running-hub.ts'
import { commandSettings, print } from './usage.ts'

export async function secondFactorOff(options: { email: string }): Promise<void> {
  const { name, removed } = await askHub<{ name: string; removed: number }>(commandSettings(), 'POST', '/v1/operator/second-factor-off', {
    email: options.email,
  })
  print(removed > 0 ? `${name} has no second factor any more.` : `${name} had no second factor.`)
}
