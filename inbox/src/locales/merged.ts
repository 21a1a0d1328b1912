/** Puts catalogues of several areas together: what two of them hold under one key (`actions`, `system`) is joined, not replaced. */
export type Catalogue = { readonly [key: string]: string | Catalogue }

export function merged(...catalogues: readonly Catalogue[]): Record<string, string | Catalogue> {
  const all: Record<string, string | Catalogue> = {}
  for (const catalogue of catalogues)
    for (const [key, value] of Object.entries(catalogue)) {
      const known = all[key]
      all[key] = typeof value === 'object' && typeof known === 'object' ? merged(known, value) : value
    }
  return all
}
