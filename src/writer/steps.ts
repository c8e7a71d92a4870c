/** Runs all steps of a bulk command without a pause. Returns its result. */
export function runSteps <Output> (steps: Generator<void, Output, void>): Output {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
