import t from 'tap'
import { readMediaUrl, withoutCutPictures } from '../../../../src/formats/kit/media.js'

t.test('a data: address tells its type and size, with slashes escaped or not', async (t) => {
  const expected = { text: '[image]', assets: [{ kind: 'image', type: 'image/png', bytes: 6 }] }
  for (const url of ['data:image/png;base64,QU/DQUJD', 'data:image\\/png;base64,QU\\/DQUJD', 'data:image/png;base64,~8', 'data:image\\\\/png;base64,~8']) {
    t.match(readMediaUrl('image', url), expected, url)
  }
})

t.test('a picture whose bytes were left out is a placeholder in its text', async (t) => {
  for (const type of ['image/png', 'image\\/png']) t.equal(withoutCutPictures(`See ![a cat](data:${type};base64,~200000) there`), 'See [image: a cat] there')
})
