// Where the code goes: to the program on this computer, or to one somewhere else.
//
//     isLocal("127.0.0.1")        // true
//     isLocal("box.internal")     // false

/** Whether a host name means the computer the browser runs on. */
export function isLocal(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function tagline(host = location.hostname): string {
  return isLocal(host) ? "Paste Python. It stays on your computer." : `Paste Python. It goes to ${host} and nowhere else.`;
}

export function promise(host = location.hostname): string {
  return isLocal(host) ? "nothing left this computer" : `sent to ${host} only`;
}
