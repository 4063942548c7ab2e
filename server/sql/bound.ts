/**
 * An expression that is used more than once in another, worked out once: a macro or a template puts its argument's text in
 * each place, which may be a sub-select, or volatile.
 *
 * @example bound("random()", "x", "x + x") // list_transform([random()], lambda x: x + x)[1]
 */
export function bound(expression: string, name: string, body: string): string {
  return `list_transform([${expression}], lambda ${name}: ${body})[1]`;
}
