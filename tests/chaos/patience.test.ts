/** A start waits for a database that is away for a moment, and tells at once what waiting cannot help. */
import { isAway, whenReachable } from '@dragoman/hub'
import { expect, test } from 'vitest'

const away = Object.assign(new Error('the database system is starting up'), { code: '57P03', severity: 'FATAL' })

test('it goes on when the database answers', async () => {
  let tries = 0
  let told = 0
  const value = await whenReachable(
    async () => {
      if (++tries < 3) throw new Error('The database could not be migrated', { cause: away })
      return 'migrated'
    },
    () => told++,
  )
  expect([value, tries, told]).toEqual(['migrated', 3, 1])
})

test('a wrong password, a missing right and a mistake of ours are told at once; patience ends', async () => {
  for (const error of [
    Object.assign(new Error('password authentication failed'), { code: '28P01', severity: 'FATAL' }),
    new Error('The database role could not be made: permission denied', {
      cause: Object.assign(new Error('permission denied'), { code: '42501' }),
    }),
    new TypeError('x is not a function'),
  ]) {
    let tries = 0
    await expect(
      whenReachable(
        async () => Promise.reject(++tries > 0 && error),
        () => {},
      ),
    ).rejects.toBe(error)
    expect(tries).toBe(1)
  }
  await expect(
    whenReachable(
      async () => Promise.reject(away),
      () => {},
      0,
    ),
  ).rejects.toBe(away)
  expect(isAway(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toBe(true)
})
