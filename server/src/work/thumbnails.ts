/** Thumbnails of pictures, as WebP without metadata. Always holds: safe to run twice; a picture that cannot be read has none and is still a file. */
import { appendFileChange, type Hub, inWorkspace, storageKey } from '@dragoman/hub'
import sharp from 'sharp'

/** Longest side, CSS pixels at twice the density of the thread's column. */
const longestSide = 720

export async function makeThumbnail(hub: Hub, workspaceId: string, fileId: string): Promise<void> {
  const file = await inWorkspace(hub, workspaceId, tx =>
    tx.db.selectFrom('file').select(['state', 'storage_key', 'thumbnail_key', 'mime_type']).where('id', '=', fileId).executeTakeFirst(),
  )
  if (
    !file ||
    file.state !== 'stored' ||
    !file.storage_key ||
    file.thumbnail_key ||
    !/^image\/(jpeg|png|webp|gif)$/.test(file.mime_type ?? '')
  )
    return
  const key = storageKey(workspaceId, fileId, '.thumb')
  try {
    const { stream } = await hub.storage.get(file.storage_key)
    const resize = sharp({ limitInputPixels: 100_000_000, failOn: 'error' })
      .rotate()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78 })
    stream.on('error', () => resize.destroy())
    await hub.storage.put(key, stream.pipe(resize), 20 * 1024 * 1024)
  } catch (error) {
    hub.log.info({ err: error, fileId }, 'no thumbnail: the picture could not be read')
    return
  }
  await inWorkspace(hub, workspaceId, async tx => {
    await tx.db.updateTable('file').set({ thumbnail_key: key }).where('id', '=', fileId).execute()
    await appendFileChange(hub, tx, fileId)
  })
}
