/** How Instagram is shown in lists: a rounded square with a lens and a small light, drawn here. */
import type { Badge } from '@dragoman/core'

export const badge: Badge = {
  name: 'Instagram',
  color: '#c32f86',
  iconPath:
    'M8 2h8a6 6 0 0 1 6 6v8a6 6 0 0 1-6 6H8a6 6 0 0 1-6-6V8a6 6 0 0 1 6-6Zm0 2a4 4 0 0 0-4 4v8a4 4 0 0 0 4 4h8a4 4 0 0 0 4-4V8a4 4 0 0 0-4-4H8Zm4 3.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9Zm0 2a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Zm4.900-3.600a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400Z',
}
