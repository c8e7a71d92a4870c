/** One measured figure. */
export interface Result {
  /** Number in the table of targets, where it stands there. */
  figure?: string
  what: string
  /** What it is measured against, in the same run. */
  against: string
  target: string
  /** Median of the rounds. */
  value: number
  unit: string
  min: number
  max: number
  rounds: number
  /** Null where nothing was promised. */
  met: boolean | null
}

/** The result of a figure measured in rounds; `atLeast` or `atMost` is its target. */
export function result (
  values: number[],
  about: { figure?: string, what: string, against?: string, unit?: string, atLeast?: number, atMost?: number }
): Result {
  const { figure, what, against = '', unit = '', atLeast, atMost } = about
  const value = median(values)
  const target = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : ''
  const met = atLeast !== undefined ? value >= atLeast : atMost !== undefined ? value <= atMost : null
  return {
    ...(figure !== undefined && { figure }), what, against, target, value, unit, min: Math.min(...values), max: Math.max(...values), rounds: values.length, met
  }
}

/** Round by round, how one series of figures stands to another. */
export function ratios (values: number[], against: number[]) {
  return values.map((value, round) => value / (against[round] ?? NaN))
}

/** The middle value, or the mean of the two in the middle. */
export function median (values: number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? NaN, sorted[sorted.length >> 1] ?? NaN]
  return (low + high) / 2
}

/** The value below which this share of the values lies. */
export function percentile (values: number[], share: number) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

export function toMarkdown (results: Result[]) {
  const rows = results.map(({ figure = '', what, against, target, value, unit, min, max, rounds, met }) =>
    `| ${figure} | ${what} | ${against} | ${target} | ${show(value)} ${unit} | ${show(min)}–${show(max)} (${rounds}) | ${met === null ? '' : met ? 'yes' : '**no**'} |`)
  return ['| # | what | against | target | measured | min–max (rounds) | met |', '|---|---|---|---|---|---|---|', ...rows, ''].join('\n')
}

/** An earlier run beside this one, figure by figure. */
export function compareResults (earlier: Result[], now: Result[]) {
  const before = new Map(earlier.map((result) => [nameOf(result), result]))
  const rows = now.map((result) => {
    const { what, against, value, unit } = result
    const then = before.get(nameOf(result))
    return `| ${what} | ${against} | ${then ? show(then.value) : '–'} | ${show(value)} ${unit} | ${then ? `${show(value / then.value)}×` : '–'} |`
  })
  return ['| what | against | before | now | now / before |', '|---|---|---|---|---|', ...rows, ''].join('\n')
}

/** The same may be measured against several things. */
function nameOf ({ what, against }: Result) {
  return `${what} / ${against}`
}

function show (value: number) {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
