import neostandard from 'neostandard'

export default neostandard({ ts: true, ignores: ['build', 'dist', '.tap', 'data', 'src/web/api/schema.d.ts'] })
