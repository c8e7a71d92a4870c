import { useId } from 'preact/hooks'

interface ChoiceProps<Value extends string> {
  label: string
  value: Value
  options: ReadonlyArray<{ value: Value, label: string }>
  onChoose (value: Value): void
}

/** One of a few, side by side. */
export function Choice <Value extends string> ({ label, value, options, onChoose }: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset class='choice'>
      <legend>{label}</legend>
      <div class='choice-options'>
        {options.map((option) => (
          <label key={option.value}>
            <input type='radio' name={name} value={option.value} checked={option.value === value} onChange={() => onChoose(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
