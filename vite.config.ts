import { readFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Compressed copies beside the files, made once here instead of for each request. */
function compressedCopies (folder: string): Plugin {
  return {
    name: 'compressed-copies',
    apply: 'build',
    async closeBundle () {
      const entries = await readdir(folder, { recursive: true })
      await Promise.all(entries.filter((name) => /\.(?:js|css|svg|html|webmanifest)$/.test(name)).map(async (name) => {
        const path = join(folder, name)
        const content = await readFile(path)
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
      }))
    }
  }
}

const { version }: { version: string } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'))
const outDir = join(import.meta.dirname, 'dist/web')

export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  build: {
    outDir,
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Nothing inline: the policy knows only files of this origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    // What the first screen shares with those loaded later is one file, not one for each combination.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } }
  },
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressedCopies(outDir)],
  server: { proxy: { '/api': 'http://127.0.0.1:3080', '/docs': 'http://127.0.0.1:3080' } }
})
