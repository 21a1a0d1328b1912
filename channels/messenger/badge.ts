/** How Messenger is shown in lists: a round bubble with a bolt, drawn here. */
import type { Badge } from '@dragoman/core'

export const badge: Badge = {
  name: 'Messenger',
  color: '#0a7cff',
  iconPath:
    'M12 2C6.4 2 2 6.1 2 11.500c0 2.900 1.300 5.400 3.300 7.100V22l3.100-1.700c1.100.4 2.300.6 3.600.6 5.600 0 10-4.100 10-9.400S17.600 2 12 2Zm0 2c4.500 0 8 3.200 8 7.500S16.500 18.900 12 18.900c-1.200 0-2.300-.2-3.300-.6l-.5-.2-1 .5v-1l-.4-.4A7.200 7.200 0 0 1 4 11.500C4 7.200 7.500 4 12 4Zm-1.200 4.900-4.100 4.300 3.700-2 2.500 2.300 4.300-4.500-3.700 2.100-2.700-2.200Z',
}
