/** What is asked about a person: one key each, so that a change by anybody is asked for again. */
import { useQuery } from '@tanstack/react-query'
import { call } from '../client.ts'

export const profileKey = (contactId: string) => ['catalogue', `contact:${contactId}`]
export const notesKey = (contactId: string) => ['catalogue', `contact-notes:${contactId}`]

export const useProfile = (contactId: string) =>
  useQuery({ queryKey: profileKey(contactId), queryFn: () => call('contactProfile', { params: { contactId } }) })
