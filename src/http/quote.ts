const SHOWN = 48;

/** Foreign text inside a one-line message: short, and every character that could mislead or break the line escaped. */
export function quote(text: string): string {
  const shown = JSON.stringify(text.slice(0, SHOWN)).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > SHOWN ? `${shown}... (${text.length} characters)` : shown;
}
