/** What JSON allows in strings as it stands but a terminal obeys or hides. */
const raw = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\u{db40}[\u{dc00}-\u{dc7f}]/gu;

/** A value as JSON in which every invisible character is escaped; the same value for any reader. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(raw, (characters) => Array.from({ length: characters.length }, (_, index) => `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`).join(""));
}
