// SPDX-License-Identifier: MIT
// What one architecture is: everything that differs between architectures, outside the guest, is a field here.

import type { Trigger } from '../outcome/verdict.ts';

/** Access types that a debug register can be armed for. */
export type WatchType = 'r' | 'w' | 'rw' | 'x';

export type RefusedPcKind = 'unmapped' | 'notCanonical' | 'misaligned';

export interface RefusedPc {
  readonly signal: number;
  readonly code: number;
  readonly inSigreturn?: boolean;
}

/** What the debug registers do, by the architecture's manual; specs judge against it. */
export interface Profile {
  /** Breakpoint registers that can be armed at once, by class; a shared set is counted in both. */
  readonly slots: { readonly data: number; readonly execute: number; readonly shared: boolean };
  readonly types: readonly WatchType[];
  /** Lengths in bytes of data watchpoints that the kernel accepts. */
  readonly dataLengths: readonly number[];
  /**
   * Where a data watch of several bytes may lie: at multiples of its length (`natural`), anywhere as long as it stays
   * inside one aligned doubleword (`doubleword`), or two bytes inside one aligned word and other lengths at multiples
   * of 4, 8 bytes of 8 (`word`); elsewhere it is EINVAL. `any`: everywhere.
   */
  readonly dataAlignment: 'natural' | 'doubleword' | 'word' | 'any';
  /** errno of a data watch of 16 bytes, aligned, a power of two: most have no register for it. 0: it is taken. */
  readonly longDataErrno: number;
  /** Lengths in bytes that the kernel accepts for an execute breakpoint, whatever it makes of them. */
  readonly executeLengths: readonly number[];
  /** errno of every execute breakpoint, where the kernel has registers for data alone. */
  readonly executeErrno?: number;
  /** errno of a watch on a kernel address for one task, asked with CAP_PERFMON but without CAP_SYS_ADMIN. */
  readonly kernelWatchErrno: number;
  /** The same with exclude_kernel; left out where it is EINVAL, as hw_breakpoint_parse() has it. */
  readonly kernelWatchExcludedErrno?: number;
  /** errno of clone3(2) where kernels have not the call yet: 0 where all of them have it. */
  readonly clone3Errno: number;
  /** Length in bytes that perf wants for an execute breakpoint. */
  readonly executeLength: number;
  /** Does the trap come before or after the access takes effect? */
  readonly dataTrap: 'before' | 'after';
  /** The same of a debugger's registers (ptrace), where the kernel treats them otherwise. */
  readonly debuggerDataTrap?: 'before' | 'after';
  readonly executeTrap: 'before';
  /** PC in the context after the architecture's breakpoint instruction: at it, or at the next one. */
  readonly trapInstructionPc: 'instruction' | 'next';
  /** Does a call store its return address in memory, and a return read it there? */
  readonly callPushesReturnAddress: boolean;
  /** Lengths in bytes that an instruction can have, and that of the breakpoint instruction. */
  readonly instructionLengths: readonly number[];
  readonly trapInstructionLength: number;
  /**
   * What the guest's register_site loads and compares, so that the judge need not take the guest's word: a bit for
   * each general register that a program may hold a value of its own in, likewise for those of the register window
   * (0: no windows); the condition flags and the floating-point control that are loaded; and the count of 64-bit
   * words of floating-point and vector registers, by what the processor has.
   */
  readonly registerSite: {
    readonly general: string;
    readonly window: string;
    readonly conditions: string;
    readonly control: string;
    readonly vectorWords: readonly number[];
  };
  /**
   * The signal in which going to a refused PC ends: its number and si_code. `inSigreturn`: sigreturn(2) itself
   * refuses, so the context of that signal is the handler's return, not the refused PC. A kind that is left out
   * does not exist there.
   */
  readonly refusedPc: Readonly<Partial<Record<RefusedPcKind, RefusedPc>>>;
  /** Where the facts come from: manual and section, kernel file and function. */
  readonly source: string;
}

export interface Architecture {
  /** Name on the command line and in reports. */
  readonly name: string;
  /** One line for `./trapline arch`. */
  readonly title: string;
  /** Programs that its kernels can be made to run, by their ELF header. */
  readonly elf: {
    /** e_machine (elf.h, EM_…), its own first; behind it those of 32-bit programs, where they have another one. */
    readonly machines: readonly number[];
    /** The longest word of a program. */
    readonly bits: 32 | 64;
    readonly endian: 'little' | 'big';
  };
  readonly kernel: {
    /** `ARCH=` for the kernel's make. */
    readonly arch: string;
    /** make target that yields the bootable image. */
    readonly target: string;
    /** Bootable image, relative to the build tree. */
    readonly image: string;
    /** Fragment in kernel-config/arch/, without `.config`. */
    readonly fragment: string;
    /** Version of Debian's linux-source package behind `with` and `without`, where the usual one does not serve. */
    readonly tree?: string;
    /** Patches of the project without which that tree cannot be built for the architecture. */
    readonly patches?: readonly string[];
  };
  readonly toolchain: {
    /** `CROSS_COMPILE=` prefix when the host is of another architecture; also names the guest's compiler. */
    readonly prefix: string;
    /** Node's `process.arch` values on which the plain `gcc` is this architecture's compiler. */
    readonly nativeOn: readonly string[];
    /** Debian packages that hold the toolchain and its static C library. */
    readonly packages: readonly string[];
    /** Debian's name of what the guest's programs are, where its release has packages for that. */
    readonly debianArchitecture?: string;
    /** Extra compiler flags for the guest's programs. */
    readonly flags: readonly string[];
    /** What is made with them in GNU's words, where the compiler (`-dumpmachine`) speaks of what it makes without. */
    readonly machine?: string;
    /**
     * LLVM's tools of that ending (`-19`: clang-19, ld.lld-19, llvm-nm-19, …) in the place of gcc and binutils, for the
     * kernel and for the guest's programs.
     */
    readonly llvm?: string;
    /**
     * The C library out of packages of another Debian suite, unpacked below the cache; `flags` lead the compiler to it,
     * with `@` for the folder that the packages are unpacked in.
     */
    readonly library?: {
      readonly suite: string;
      readonly packages: readonly string[];
      readonly flags: readonly string[];
      /** Relocations of that type are made void in an archive, named as in its package: the linker gets them wrong. */
      readonly voided?: { readonly archive: string; readonly relocation: number };
    };
    /**
     * The compiler out of packages of another Debian suite, unpacked below the cache, where this machine's own does not
     * serve; `command` has `@` for the folder that the packages are unpacked in. What else a build calls stays this
     * machine's; a container has a compiler of its own.
     */
    readonly compiler?: {
      readonly suite: string;
      readonly packages: readonly string[];
      readonly command: string;
    };
    /** Compiler command of the freestanding 32-bit program of clause 3.2, if there is one. */
    readonly compat32?: { readonly compiler: string; readonly flags: readonly string[] };
    /**
     * The guest's programs where they are of another kind than the kernel (32-bit programs on a 64-bit one), or share
     * a folder: folder in guest/arch/ (default: the record's name), compiler (default: the kernel's), its packages.
     */
    readonly programs?: {
      readonly folder?: string;
      readonly compiler?: string;
      readonly packages?: readonly string[];
    };
  };
  readonly qemu: {
    /** Binary, e.g. `qemu-system-x86_64`. */
    readonly binary: string;
    /** Debian package that holds it. */
    readonly package: string;
    /**
     * The oldest version that will do, where it is a newer one than for the others: where this machine's is older, the
     * package is taken out of its Debian's backports and unpacked below the cache.
     */
    readonly oldest?: string;
    readonly machine: string;
    /** Short name of the machine for reports. */
    readonly machineName: string;
    readonly cpu: string;
    readonly memoryMegabytes: number;
    /** Megabytes in which the machine takes more, where 32 will not do; 0: it takes no more. */
    readonly memoryStep?: number;
    readonly cpus: number;
    /** `-device` arguments of the channel; its chardev is called `channel`. */
    readonly channelDevices: readonly string[];
    /** The channel is the machine's second serial port, where it knows no virtio. */
    readonly channelSerial?: boolean;
    /** Bytes that may be typed at once on its console, where it gets stuck with more. */
    readonly keysAtOnce?: number;
    /** Further arguments of QEMU; the record says what for. */
    readonly options?: readonly string[];
    /** Kernel arguments for the console, and for ending QEMU on power-off. */
    readonly append: string;
    /** What the guest does when it has finished: the reboot(2) command that ends QEMU. */
    readonly ending: 'poweroff' | 'restart';
    /** Host architectures (Node's `process.arch`) where KVM can run this guest. */
    readonly kvmOn: readonly string[];
    /** CPU flags in /proc/cpuinfo of which such a host shows at least one when its KVM is a real one. */
    readonly kvmHostFlags?: readonly string[];
    /** Debug-register self-test for `-kernel`; KVM is believed only after it passed, so without one it never is. */
    readonly selfTest?: {
      /** Folder in guest/selftest/, with a Makefile that takes CC and OUT. */
      readonly folder: string;
      /** `-device` arguments that it needs. */
      readonly devices: readonly string[];
    };
    /**
     * Program for `-kernel` that tries without a kernel what no ptrace can arm, for the judge to know of the emulator.
     * A line of its output is a record as guest/probes/control.c makes them.
     */
    readonly bareControl?: {
      /** Folder in guest/selftest/, with a Makefile that takes CC and OUT. */
      readonly folder: string;
    };
  };
  /**
   * Debian's stock kernel: its package, and the machine that it boots on, since its drivers for the one above are
   * modules. Left out where none was seen to boot.
   */
  readonly stock?: {
    /** Debian's name of the architecture, e.g. `amd64`, and the flavour at the end of the package's name. */
    readonly debianArchitecture: string;
    readonly flavour: string;
    /** What of `qemu` is otherwise. */
    readonly qemu: Partial<Architecture['qemu']>;
  };
  /**
   * What is otherwise on the machine that is recorded, where the usual one's channel is no serial port: a recording can
   * be gone through backwards only where it is (machine/recording.ts).
   */
  readonly recording?: Partial<Architecture['qemu']> & { readonly channelPath: string };
  /** The channel's device in the guest. */
  readonly channelPath: string;
  readonly triggers: readonly Trigger[];
  /**
   * The emulator has not all of the debug registers that the kernel needs: a clause that they cannot exercise is
   * exercised by the other triggers, which are used beside them.
   */
  readonly otherTriggersToo?: boolean;
  /** Does it have a next program counter, delay slots and annulment? */
  readonly nextProgramCounter: boolean;
  readonly profile: Profile;
}
