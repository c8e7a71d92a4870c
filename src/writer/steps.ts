/** Runs all steps of a bulk command in one go. Returns its result. */
export function runSteps <Output> (steps: Generator<void, Output, void>): Output {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
