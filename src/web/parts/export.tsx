import { later } from './later.js'

/** Downloads conversations in a format that is chosen; `ids` is null for all of them. Loaded when somebody exports. */
export const Export = later(() => import('./export-dialog.js').then((loaded) => loaded.ExportDialog))
