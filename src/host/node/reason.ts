/** What Node's errors are called here. */
const words: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the broker does not speak TLS here',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the broker does not speak TLS here',
}

/** OpenSSL's names for what is wrong with a certificate, ours or the broker's (Node's manual, "X509 certificate error codes"). */
const CERTIFICATE = /CERT|CRL|ISSUER|SIGNATURE|_CA$|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/

/** Why a link ended or never came up, in plain words. */
export function reasonOf(error: unknown): string {
  const {
    code = '',
    hostname,
    reason,
    message,
  } = error as NodeJS.ErrnoException & { hostname?: string; reason?: string }
  if (words[code]) return words[code]
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `unknown host ${hostname}`
  // OpenSSL's own message holds addresses and line numbers; its reason is the sentence in it.
  const text = reason || message || code
  return CERTIFICATE.test(code) ? `certificate: ${text}` : text
}
