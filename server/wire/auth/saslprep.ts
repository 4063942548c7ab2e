/**
 * Passwords as SCRAM compares them: SASLprep (RFC 4013), as PostgreSQL applies it. A password that SASLprep forbids is used
 * as it is, by PostgreSQL's clients and servers alike.
 *
 * Code points that Unicode 3.2 had not assigned are forbidden too: told apart above U+FFFF (emoji), not below.
 */

/** C.1.2: spaces that become an ordinary one. */
const spaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;

/** B.1: commonly mapped to nothing. */
const nothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]/gu;

/** C.1.2 to C.9: control characters, private use, surrogates, not for plain text or for canonical forms, tags. */
const prohibited = new RegExp(
  "[\\u00a0\\u1680\\u2000-\\u200b\\u202f\\u205f\\u3000" +
    "\\u0000-\\u001f\\u007f-\\u009f\\u06dd\\u070f\\u180e\\u200c-\\u200f\\u2028-\\u202e\\u2060-\\u2063\\u206a-\\u206f" +
    "\\u{1d173}-\\u{1d17a}\\p{Co}\\p{Noncharacter_Code_Point}\\p{Cs}\\ufff9-\\ufffd\\u2ff0-\\u2ffb\\u0340\\u0341\\ufeff" +
    "\\u{e0001}\\u{e0020}-\\u{e007f}" +
    // Not assigned in Unicode 3.2.
    "\\u{10000}-\\u{102ff}\\u{10450}-\\u{1cfff}\\u{1d200}-\\u{1d3ff}\\u{1d800}-\\u{1ffff}\\u{2a6d7}-\\u{2f7ff}" +
    "\\u{2fa1e}-\\u{e0000}\\u{e0080}-\\u{effff}]",
  "u",
);

/** D.1: characters of right-to-left scripts. */
const rightToLeft = new RegExp(
  "[\\u05be\\u05c0\\u05c3\\u05d0-\\u05f4\\u061b\\u061f\\u0621-\\u064a\\u066d-\\u066f\\u0671-\\u06d5\\u06dd\\u06e5\\u06e6" +
    "\\u06fa-\\u070d\\u0710\\u0712-\\u072c\\u0780-\\u07a5\\u07b1\\u200f\\ufb1d\\ufb1f-\\ufb28\\ufb2a-\\ufd3d\\ufd50-\\ufdfc" +
    "\\ufe70-\\ufefc]",
  "u",
);

/** SASLprep, or the password unchanged where that does not apply. */
export function saslPrep(password: string): string {
  if (/^[\x20-\x7e]*$/.test(password)) return password;
  const prepared = password.replace(spaces, " ").replace(nothing, "").normalize("NFKC");
  return prepared === "" || prohibited.test(prepared) || mixesDirections(prepared) ? password : prepared;
}

/** RFC 3454, 6: with a right-to-left character, no left-to-right letter, and right-to-left at both ends. */
function mixesDirections(text: string): boolean {
  const characters = [...text];
  if (!characters.some((character) => rightToLeft.test(character))) return false;
  const leftToRight = characters.some((character) =>
    /\p{L}/u.test(character) && !rightToLeft.test(character)
  );
  return leftToRight || !rightToLeft.test(characters[0]) ||
    !rightToLeft.test(characters[characters.length - 1]);
}
