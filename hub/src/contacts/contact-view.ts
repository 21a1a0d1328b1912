/** A contact as everybody shows him, from a row of `contact`. */
import type { ContactView } from '@dragoman/api'

export interface ShownContact {
  id: string
  name: string
  phone: string | null
  email: string | null
  language: string | null
  avatar_file_id: string | null
  blocked_at: Date | null
}

export function contactView(row: ShownContact): ContactView {
  return {
    id: row.id,
    name: row.name,
    phone: row.phone,
    email: row.email,
    language: row.language,
    avatarFileId: row.avatar_file_id,
    blocked: row.blocked_at !== null,
  }
}
