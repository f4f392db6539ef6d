// SPDX-License-Identifier: MIT
// Keys of one guest's ssh, made for its run: the server's, which is known before the guest boots and pinned, and the
// client's, without which nobody gets in.
import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';

const TYPE = 'ssh-ed25519';

type KeyPair = Pick<ReturnType<typeof ssh2.utils.generateKeyPairSync>, 'private' | 'public'>;

export interface HostKey {
  /** As the server sends it (RFC 8709 section 4). */
  readonly publicBlob: Buffer;
  /** In the form of dropbear's key files. */
  readonly dropbear: Buffer;
}

export interface ClientKey {
  /** In the form of OpenSSH's key files. */
  readonly private: string;
  /** A line for authorized_keys. */
  readonly authorized: string;
}

/** A string as RFC 4251 section 5 has it: its length and its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function makeHostKey(): HostKey {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const secret = Buffer.from(d ?? '', 'base64url');
  const open = Buffer.from(x ?? '', 'base64url');
  return {
    publicBlob: Buffer.concat([field(TYPE), field(open)]),
    dropbear: Buffer.concat([field(TYPE), field(Buffer.concat([secret, open]))]),
  };
}

/** Of a thousand keys that ssh2 1.17 makes it cannot read some five itself ("Malformed OpenSSH private key"). */
const TRIES = 20;

export function makeClientKey(generate: () => KeyPair = newPair): ClientKey {
  for (let tries = 0; tries < TRIES; tries++) {
    const pair = generate();
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) {
      return { private: pair.private, authorized: `${pair.public}\n` };
    }
  }
  throw new Error(`ssh2 made ${TRIES} keys that it cannot read`);
}

const newPair = (): KeyPair => ssh2.utils.generateKeyPairSync('ed25519', { comment: 'trapline' });

/** The line of known_hosts for a server on this machine. */
export const knownHost = (port: number, publicBlob: Buffer): string =>
  `[127.0.0.1]:${port} ${TYPE} ${publicBlob.toString('base64')}\n`;
