import { plainText } from '../output/plain-text.ts'

/** What XML 1.0 forbids even as a character reference (https://www.w3.org/TR/xml/#charsets). */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text that stands in XML or HTML as it is written, in an element or a quoted attribute; colours and control characters go. */
export function escapeMarkup(text: string): string {
  return cleanText(text).replaceAll(/[&<>"']/g, (found) => ESCAPES[found] ?? found)
}

/** The same for an XML attribute, whose line feeds a reader would turn into spaces. */
export function escapeAttribute(text: string): string {
  return escapeMarkup(text).replaceAll(/[\t\n\r]/g, (found) => `&#${found.charCodeAt(0)};`)
}

/** A text without colours, with line feeds alone, and without the characters that no XML document may hold. */
export function cleanText(text: string): string {
  return plainText(text).replaceAll(FORBIDDEN, '\uFFFD')
}

/** `name="value"` for each attribute that has a value, each with a space before it. */
export function formatAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeAttribute(String(value))}"`))
    .join('')
}
