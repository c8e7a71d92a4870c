import type { ComponentChildren } from 'preact'

/** A setting or an entry of a list: what it is, and what can be done with it. */
export function Row ({ title, facts, children }: { title: ComponentChildren, facts: string, children?: ComponentChildren }) {
  return (
    <div class='setting'>
      <div><p class='setting-title'>{title}</p><p class='quiet small'>{facts}</p></div>
      {children}
    </div>
  )
}
