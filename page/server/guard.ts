import { timingSafeEqual } from "node:crypto";
import { Refusal } from "./refusal.ts";

/** Where a server listens, and the secret that lets a page in. */
export interface Place {
  /** `127.0.0.1:PORT`, and the other names under which it may be called. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** 128 random bits in hexadecimal. */
  readonly token: string;
}

/** A token of 128 bits. */
export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/**
 * Lets a request pass, or answers it.
 *
 * @returns The answer that turns the token of the printed address into a cookie; undefined if the request may pass.
 * @throws {Refusal} 421 for another host (DNS rebinding), 403 for another site, 401 without the cookie.
 */
export function admitted(request: Request, place: Place): Response | undefined {
  const host = request.headers.get("host") ?? "";
  if (!place.hosts.includes(host)) throw new Refusal(421, "this server has another name");
  const url = new URL(request.url);
  const reads = request.method === "GET";
  const site = request.headers.get("sec-fetch-site");
  // A person may follow a link to the page itself: what the page asks for then is of its own site.
  const opens = reads && url.pathname === "/" && request.headers.get("sec-fetch-dest") === "document";
  if (site !== null && site !== "same-origin" && site !== "none" && !opens) {
    throw new Refusal(403, "requests of other sites are refused");
  }
  if (!reads && request.headers.get("origin") !== `http://${host}`) {
    throw new Refusal(403, "requests of other origins are refused");
  }
  const given = url.searchParams.get("token");
  if (reads && url.pathname === "/" && given !== null && same(given, place.token)) {
    const cookie = `${cookieOf(place)}=${place.token}; HttpOnly; SameSite=Strict; Path=/`;
    return new Response(null, { status: 303, headers: { location: "/", "set-cookie": cookie } });
  }
  const cookies = (request.headers.get("cookie") ?? "").split("; ");
  const known = cookies.some((cookie) => {
    const [name, value = ""] = cookie.split("=", 2);
    return name === cookieOf(place) && same(value, place.token);
  });
  if (!known) throw new Refusal(401, "open the address that the command printed: it holds the key to this page");
}

/** Cookies know no ports: several servers on a machine have cookies of different names. */
function cookieOf({ port }: Place): string {
  return `impasto-${port}`;
}

function same(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => new TextEncoder().encode(text));
  return a.length === b.length && timingSafeEqual(a, b);
}
