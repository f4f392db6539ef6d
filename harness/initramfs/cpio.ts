// SPDX-License-Identifier: MIT
// The "newc" cpio format that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst).
// Every field that could differ between two builds is fixed, so that equal entries give equal bytes.

export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly mode?: number }
  /** A symbolic link. */
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'device'; readonly path: string; readonly major: number; readonly minor: number };

const ALIGNMENT = 4;
const TYPE = { folder: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 } as const;
const DEFAULT_MODE = { folder: 0o755, file: 0o644, link: 0o777, device: 0o600 } as const;

function padded(bytes: Uint8Array): Uint8Array[] {
  const missing = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
  return missing === 0 ? [bytes] : [bytes, new Uint8Array(missing)];
}

function member(
  path: string,
  mode: number,
  inode: number,
  content: Uint8Array,
  device: [number, number],
): Uint8Array[] {
  const name = Buffer.from(`${path}\0`, 'utf8');
  // magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, ...device, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return [...padded(Buffer.concat([Buffer.from(header, 'ascii'), name])), ...padded(content)];
}

/**
 * An archive of the entries in the order given; parents must come before what they hold.
 * Archives may be put one behind another: the kernel unpacks them in turn.
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const nothing = new Uint8Array(0);
  const parts = entries.flatMap((entry, index) => {
    const mode =
      TYPE[entry.kind] | ('mode' in entry && entry.mode !== undefined ? entry.mode : DEFAULT_MODE[entry.kind]);
    const content = entry.kind === 'file' ? entry.content : entry.kind === 'link' ? Buffer.from(entry.to) : nothing;
    const device: [number, number] = entry.kind === 'device' ? [entry.major, entry.minor] : [0, 0];
    return member(entry.path, mode, index + 1, content, device);
  });
  return Buffer.concat([...parts, ...member('TRAILER!!!', 0, 0, nothing, [0, 0])]);
}
