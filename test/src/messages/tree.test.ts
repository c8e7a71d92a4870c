import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { directPath, includeBranches, type Link, splitAtTarget, subtree, targetLevel, wholeTree } from '../../../src/messages/tree.js'

const NO_PARENT = '00000000-0000-0000-0000-000000000000'

/** Links written as "message<parent", a root without "<", in stored order. */
function links (text: string): Link[] {
  return text.split(' ').map((entry) => {
    const [messageId = '', parent] = entry.split('<')
    return { messageId, parentMessageId: parent ?? null }
  })
}

/** The other way round: only a parent that is in the list may be named. */
const written = (tree: Link[]) =>
  tree.map(({ messageId, parentMessageId }) => parentMessageId === null ? messageId : `${messageId}<${parentMessageId}`).join(' ')

const ids = (tree: Link[]) => tree.map(({ messageId }) => messageId).join(' ')

const options = { directPath, includeBranches, targetLevel }

t.test('the worked example: two roots, a prompt edited once, an answer regenerated once', async (t) => {
  const example = links('U1 A1<U1 U2<A1 A2<U2 U3<A2 A3<U3 U2b<A1 A2b<U2b A2c<U2 U1b A1b<U1b')
  const rows: Array<[name: string, option: keyof typeof options, split: string | null, target: string, copied: string]> = [
    ['directPath of A2 is the path', 'directPath', null, 'A2', 'U1 A1<U1 U2<A1 A2<U2'],
    ['includeBranches of A2 adds the siblings on the path', 'includeBranches', null, 'A2', 'U1 A1<U1 U2<A1 A2<U2 U2b<A1 A2c<U2'],
    ['targetLevel of A2 is every root down to its level', 'targetLevel', null, 'A2', 'U1 A1<U1 U2<A1 A2<U2 U2b<A1 A2b<U2b A2c<U2 U1b A1b<U1b'],
    ['an unknown target selects nothing', 'targetLevel', null, 'X', ''],
    ['directPath to A3 from the level of U2', 'directPath', 'U2', 'A3', 'U2 A2<U2 U3<A2 A3<U3'],
    ['includeBranches to A3 from the level of U2', 'includeBranches', 'U2', 'A3', 'U2 A2<U2 U3<A2 A3<U3 A2c<U2'],
    ['targetLevel to A3 from the level of U2 has the cousin as a second root', 'targetLevel', 'U2', 'A3', 'U2 A2<U2 U3<A2 A3<U3 U2b A2b<U2b A2c<U2'],
    ['targetLevel to A2b from the level of U2', 'targetLevel', 'U2', 'A2b', 'U2 A2<U2 U2b A2b<U2b A2c<U2'],
    ['directPath to A1b, above the split, selects nothing', 'directPath', 'U2', 'A1b', '']
  ]
  for (const [name, option, split, target, copied] of rows) {
    t.equal(written(options[option](split === null ? example : splitAtTarget(example, split), target)), copied, name)
  }
  t.equal(written(wholeTree(example)), written(example), 'the whole tree keeps the list as it is')
})

t.test('the pinned cases', async (t) => {
  // 7 -> { 5 -> { 2, 3 -> 10 }, 6 -> { 1, 4 } }, 8 -> 9
  const two = links('7 8 5<7 6<7 9<8 2<5 3<5 1<6 4<6 10<3')
  // 11 -> 13 -> { 15, 16 -> 18 -> 19 -> 20, 21 }, 12 -> 14 -> 17
  const deep = links('11 12 13<11 14<12 15<13 16<13 21<13 17<14 18<16 19<18 20<19')

  t.equal(ids(targetLevel(two, '5')), '7 8 5 6 9', 'targetLevel of 5')
  t.equal(ids(targetLevel(two, '10')), ids(two), 'targetLevel of the deepest is everything')
  t.equal(ids(targetLevel(two, '7')), '7 8', 'targetLevel of a root is the roots')
  t.equal(ids(targetLevel(two, '99')), '', 'targetLevel of an unknown message is nothing')
  t.equal(ids(targetLevel(links('1'), '1')), '1', 'targetLevel of a lone message is itself')
  t.equal(ids(targetLevel(links('1'), '2')), '', 'targetLevel of another than the lone message is nothing')
  t.equal(ids(targetLevel(links('1<3 2<1 3<2'), '1')), '2 3 1', 'targetLevel in a loop of three is all three')

  t.equal(written(splitAtTarget(two, '2')), '2 3 1 4 10<3', 'split at 2')
  t.equal(written(splitAtTarget(two, '5')), '5 6 9 2<5 3<5 1<6 4<6 10<3', 'split at 5')
  t.equal(written(splitAtTarget(two, '7')), written(two), 'split at a root is everything')
  t.equal(written(splitAtTarget(two, '10')), '10', 'split at the deepest is itself')
  t.equal(written(splitAtTarget(two, '99')), '', 'split at an unknown message is nothing')

  t.equal(ids(includeBranches(deep, '18')), '11 13 15 16 21 18', 'includeBranches of 18')
  t.equal(ids(includeBranches(deep, '11')), '11', 'includeBranches of a root leaves other roots out')
  t.equal(ids(includeBranches([{ messageId: '1' }], '1')), '1', 'includeBranches of a message without a parent field is itself')
  t.equal(ids(includeBranches(links('1<3 2<1 3<2'), '3')), '1 2 3', 'includeBranches in a loop ends, with each message once')
  t.equal(ids(directPath(links('100<101 101<100'), '100')), '101 100', 'directPath in a loop of two')
})

t.test('null, missing, all-zero and unresolvable parents make roots, in every selection', async (t) => {
  const all: Link[] = [
    { messageId: 'null', parentMessageId: null },
    { messageId: 'missing' },
    { messageId: 'undefined', parentMessageId: undefined },
    { messageId: 'empty', parentMessageId: '' },
    { messageId: 'zero', parentMessageId: NO_PARENT },
    { messageId: 'orphan', parentMessageId: 'gone' },
    { messageId: 'itself', parentMessageId: 'itself' },
    ...links('child<orphan')
  ]
  const roots = all.slice(0, -1)
  t.ok(wholeTree(all).slice(0, -1).every(({ parentMessageId }) => parentMessageId === null))
  for (const { messageId } of roots) {
    t.equal(ids(targetLevel(all, messageId)), ids(roots))
    t.equal(ids(splitAtTarget(all, messageId)), ids(all))
    t.equal(ids(directPath(all, messageId)), messageId)
    t.equal(ids(includeBranches(all, messageId)), messageId)
  }
  t.equal(written(directPath(all, 'child')), 'orphan child<orphan')
})

t.test('a message listed before its parent comes after it', async (t) => {
  t.equal(written(wholeTree(links('g<c r c<r x<r'))), 'r c<r g<c x<r')
  t.equal(written(wholeTree(links('c2<b c1<b d<c2 b<a a'))), 'a b<a c2<b d<c2 c1<b')
})

t.test('a message under the all-zero id is a message like any other, and nobody\'s parent', async (t) => {
  const odd = links(`${NO_PARENT} a b<a`)
  t.equal(ids(directPath(odd, 'b')), 'a b')
  t.equal(ids(directPath(odd, NO_PARENT)), NO_PARENT)
})

t.test('subtree is a message and all below it, whatever their order', async (t) => {
  const list = links('d<b b<a a c<a e')
  t.equal(ids(subtree(list, 'a')), 'a b c d')
  t.equal(ids(subtree(list, 'e')), 'e')
  t.equal(ids(subtree(list, 'x')), '')
})

t.test('takes chains, fans and rings of 50,000 messages', async (t) => {
  const SIZE = 50_000
  const make = (parent: (index: number) => number | null) => Array.from({ length: SIZE }, (_, index) => {
    const above = parent(index)
    return { messageId: String(index), parentMessageId: above === null ? null : String(above) }
  })
  const last = String(SIZE - 1)
  const shapes = {
    chain: make((index) => index === 0 ? null : index - 1),
    'chain, children first': make((index) => index === SIZE - 1 ? null : index + 1),
    fan: make((index) => index === 0 ? null : 0),
    'fan, children first': make((index) => index === SIZE - 1 ? null : SIZE - 1),
    ring: make((index) => (index + 1) % SIZE)
  }
  for (const [name, shape] of Object.entries(shapes)) {
    t.equal(wholeTree(shape).length, SIZE, name)
    for (const select of [directPath, includeBranches, targetLevel, splitAtTarget]) t.ok(select(shape, last).length > 0, `${select.name} of a ${name}`)
  }
  const wide = Array.from({ length: 200_000 }, (_, index) => ({ messageId: String(index), parentMessageId: index === 0 ? null : '0' }))
  t.equal(subtree(wide, '0').length, wide.length)
})

/** Random messages: any shape, any order, with loops, orphans and every way of naming no parent. */
const forest = fc.integer({ min: 1, max: 24 }).chain((size) => fc.tuple(
  fc.array(fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: size - 1 }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined, '', NO_PARENT, 'gone') }
  ), { minLength: size, maxLength: size }),
  fc.constantFrom('chain', 'fan', 'as is'),
  fc.integer({ min: 0, max: size - 1 })
)).map(([parents, shape, target]) => ({
  target: String(target),
  links: parents.map((parent, index): Link => {
    const above = shape === 'chain' && index % 7 > 0 ? String(index - 1) : shape === 'fan' && index % 9 > 0 ? '0' : parent
    return { messageId: String(index), parentMessageId: above }
  })
})).chain(({ links, target }) => fc.record({ target: fc.constant(target), links: fc.oneof(fc.constant(links), fc.shuffledSubarray(links, { minLength: links.length })) }))

/** The rules once more, as plainly as they can be put: every question is answered by walking the whole list. */
function naive (all: Link[], from?: string) {
  const find = (id: unknown) => id === NO_PARENT ? undefined : all.find(({ messageId }) => messageId === id)
  const stored = (link: Link) => find(link.parentMessageId)
  const wayUp = (link: Link) => {
    const way = [link]
    for (let next = stored(link); next && !way.includes(next); next = stored(next)) way.push(next)
    return way
  }
  const inLoop = (link: Link) => stored(wayUp(link).at(-1) ?? link) === link
  const opened = (link: Link) => {
    if (!inLoop(link)) return false
    const loop = wayUp(link)
    const starts = [...all.filter(({ messageId }) => messageId === from), ...all]
    const start = starts.find((each) => wayUp(each).some((one) => loop.includes(one))) ?? link
    return stored(link) === wayUp(start).find((one) => loop.includes(one))
  }
  const parent = (link: Link) => opened(link) ? undefined : stored(link)
  const ancestors = (link: Link): Link[] => {
    const above = parent(link)
    return above ? [above, ...ancestors(above)] : []
  }
  const depth = (link: Link) => ancestors(link).length
  return { all, find, parent, ancestors, depth }
}

/** What naive rules keep, as sorted "message<parent". */
function kept ({ all, parent }: ReturnType<typeof naive>, keep: (link: Link) => boolean, isRoot = (_: Link) => false) {
  return all.filter(keep).map((link) => {
    const above = isRoot(link) ? undefined : parent(link)
    return above ? `${link.messageId}<${above.messageId}` : link.messageId
  }).sort()
}

t.test('any forest gives what the plain rules give', async () => {
  fc.assert(fc.property(forest, ({ links: all, target }) => {
    const rules = naive(all, target)
    const chosen = rules.find(target) ?? { messageId: target }
    const above = rules.ancestors(chosen)
    const level = rules.depth(chosen)
    const onPath = (link: Link) => link === chosen || above.includes(link)
    const expected = {
      wholeTree: kept(rules, () => true),
      directPath: kept(rules, onPath),
      includeBranches: kept(rules, (link) => onPath(link) || above.some((one) => one === rules.parent(link))),
      targetLevel: kept(rules, (link) => rules.depth(link) <= level),
      splitAtTarget: kept(rules, (link) => rules.depth(link) >= level, (link) => rules.depth(link) === level)
    }
    const selections = { wholeTree, directPath, includeBranches, targetLevel, splitAtTarget }
    const found = Object.fromEntries(Object.entries(selections).map(([name, select]) =>
      [name, written(select(all, target)).split(' ').sort()]))
    assert.deepEqual(found, expected)
  }), { numRuns: 500 })
})

t.test('any selection of any forest is a forest of its messages, parents first and otherwise in their order', async () => {
  fc.assert(fc.property(forest, ({ links: all, target }) => {
    const places = new Map(all.map(({ messageId }, place) => [messageId, place]))
    const isOrdered = all.every(({ messageId, parentMessageId }, place) => messageId !== parentMessageId && (places.get(parentMessageId ?? '') ?? -1) < place)
    for (const select of [wholeTree, directPath, includeBranches, targetLevel, splitAtTarget]) {
      const selected = select(all, target)
      const seen = new Set<string>()
      for (const { messageId, parentMessageId } of selected) {
        assert.ok(places.has(messageId) && !seen.has(messageId))
        assert.ok(parentMessageId === null || seen.has(parentMessageId))
        seen.add(messageId)
      }
      assert.ok(seen.has(target))
      const order = selected.map(({ messageId }) => places.get(messageId) ?? -1)
      if (isOrdered && select !== directPath) assert.deepEqual(order, order.toSorted((a, b) => a - b))
    }
  }), { numRuns: 500 })
})
