/** How WhatsApp is shown in lists: a speech bubble with a handset, drawn here. */
import type { Badge } from '@dragoman/core'

export const badge: Badge = {
  name: 'WhatsApp',
  color: '#1fa855',
  iconPath:
    'M12 2a10 10 0 0 0-8.6 15.1L2 22l5-1.3A10 10 0 1 0 12 2Zm0 2a8 8 0 1 1-4.2 14.8l-.4-.2-2.6.7.7-2.5-.3-.4A8 8 0 0 1 12 4Zm-3.2 3.6c-.3 0-.6.1-.9.4-.5.5-.8 1.2-.7 2 .2 1.500 1 3 2.200 4.200 1.300 1.300 2.900 2.100 4.400 2.200.8.1 1.600-.2 2.100-.8.4-.4.5-.9.3-1.100l-2-1.200c-.3-.2-.6-.1-.8.1l-.6.7c-.2.2-.4.2-.6.1a6 6 0 0 1-2.500-2.500c-.1-.2 0-.4.1-.6l.6-.6c.2-.2.3-.5.1-.8L9.300 7.900c-.1-.2-.3-.3-.5-.3Z',
}
