/**
 * Addresses as they may be shown and stored. Whoever reads a log or a picture's metadata could use a name with its
 * password, or the key of a signed address.
 *
 * @module
 */

/** An address within a text: what JSON and white space end. */
const address = /\b(?:[a-z][a-z0-9+.-]{0,20}:[\\/]{2}|https?:)[^\s"<>]+/gi;

/** Words for what opens a door, as the last word of a parameter's name. */
const keyWords =
  "key|keyid|accessid|token|secret|sig|sign|signature|hmac|hm|jwt|auth|authorization|bearer|credential|credentials|" +
  "password|passwd|passphrase|pass|pwd|policy|session|sessionid|sid|hdnea|hdnts";

/** Matches the names of parameters that are keys, or belong to a signature. */
const secretName = new RegExp(
  `^(x-(amz|goog|oss|cos|ms|obs|tos)-.*|(.*[-_.])?(aws|goog|google|oss|access|api|auth|client|user|id|refresh|bearer|` +
    `private|public|security|secret|session|sas|csrf|xsrf|login)*(${keyWords}))$`,
  "i",
);

/**
 * A text without the secrets of the addresses in it: user names with their passwords, and parameters that are keys or
 * belong to a signature. All else stays as it is.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(address, (whole) => withoutKeys(withoutUser(whole)));
}

/** Whether an address has something that {@linkcode withoutSecrets} leaves out. */
export function hasSecrets(address: string): boolean {
  return withoutSecrets(address) !== address;
}

function withoutUser(address: string): string {
  const start = /^[^:]+:[\\/]*/.exec(address)![0];
  const rest = address.slice(start.length);
  // A password with a slash makes an address that is none; nobody can tell then at which @ its host begins.
  return start + rest.replace(URL.canParse(address) ? /^[^\\/?#]*@/ : /^.*@/, "");
}

function withoutKeys(address: string): string {
  return address.replaceAll(/([?#])([^?#]*)/g, (whole, mark: string, list: string) => {
    const [, parameters, tail] = /^(.*?)([).,;:'\]]*)$/.exec(list)!;
    const all = parameters.split("&");
    const kept = all.filter((parameter) => !secretName.test(nameOf(parameter)));
    if (kept.length === all.length) return whole;
    return (kept.length === 0 ? "" : mark + kept.join("&")) + tail;
  });
}

function nameOf(parameter: string): string {
  if (!parameter.includes("=")) return "";
  const name = parameter.split("=", 1)[0];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
