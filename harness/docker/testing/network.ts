// SPDX-License-Identifier: MIT
// For the tests: several hosts on this machine, each a network namespace with an address of its own on one bridge.
// Nothing leads out of it: no route, no forwarding.
import { execFileSync } from 'node:child_process';

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

export interface TestHost {
  /** Name of its namespace. */
  readonly namespace: string;
  readonly address: string;
}

export class OwnNetwork {
  private readonly made: string[] = [];
  /** This machine's own address on the bridge. */
  readonly address: string;
  private readonly bridge: string;

  /** @param prefix the first three numbers of its addresses, which nothing else on this machine has: 10.213.7 */
  constructor(private readonly prefix: string) {
    // Names of interfaces have at most 15 characters.
    this.bridge = `tl${process.pid}`;
    this.address = `${prefix}.1`;
    ip('link', 'add', this.bridge, 'type', 'bridge');
    ip('address', 'add', `${this.address}/24`, 'dev', this.bridge);
    ip('link', 'set', this.bridge, 'up');
  }

  add(): TestHost {
    const number = this.made.length + 2;
    const namespace = `${this.bridge}-${number}`;
    const address = `${this.prefix}.${number}`;
    ip('netns', 'add', namespace);
    this.made.push(namespace);
    ip('link', 'add', namespace, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    ip('link', 'set', namespace, 'master', this.bridge, 'up');
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    return { namespace, address };
  }

  remove(): void {
    for (const namespace of this.made) ip('netns', 'delete', namespace);
    ip('link', 'delete', this.bridge);
  }
}
