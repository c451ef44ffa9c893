/** What a pickle's names and places stand for. */
export interface PickleNames {
  /** What a name stands for: a function of its arguments if it can be called. Throws if it is not known. */
  global(module: string, name: string): unknown;
  /** What lies outside of the pickle at a place. */
  persistent(id: unknown): unknown;
}

/** A function that a pickle may call. */
export type PickleFunction = (args: readonly unknown[]) => unknown;

/** A dictionary; a later entry of a key counts. */
export class PickledDictionary {
  readonly entries: [unknown, unknown][] = [];
}

/** Stands for values of which nothing is read. */
const opaque = Object.freeze({});

const mark = Symbol("mark");

/** Dictionaries take more memory than bytes; a checkpoint has a few thousand. */
const mostDictionaries = 100_000;

/**
 * Reads pickles of Python, one after another. Lists and tuples become arrays. Every instruction takes bytes, and none
 * does more than its bytes allow, so that time and memory are bounded by the length whatever the bytes are.
 */
export class Pickles {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #names: PickleNames;
  #position: number;
  #stack: unknown[] = [];
  #memo = new Map<number, unknown>();
  #dictionaries = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, start: number, names: PickleNames) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#names = names;
    this.#position = start;
  }

  /** The byte after the last pickle that was read. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads the next pickle.
   *
   * @throws {RangeError} if it is damaged, or asks for a name that is not known.
   */
  next(): unknown {
    this.#stack = [];
    this.#memo = new Map();
    for (;;) {
      const code = this.#bytes[this.#take(1)];
      const letter = String.fromCharCode(code);
      if (letter === ".") return this.#pop();
      if (!Object.hasOwn(this.#instructions, letter)) {
        throw new RangeError(`its pickle holds the instruction ${code}, which is not known`);
      }
      this.#instructions[letter]();
    }
  }

  /** Steps over some bytes, and returns where they begin. */
  #take(count: number): number {
    const start = this.#position;
    if (!(count <= this.#bytes.length - start)) throw new RangeError("its pickle ends too early");
    this.#position += count;
    return start;
  }

  #uint8 = () => this.#bytes[this.#take(1)];
  #uint16 = () => this.#view.getUint16(this.#take(2), true);
  #uint32 = () => this.#view.getUint32(this.#take(4), true);
  #uint64 = () => Number(this.#view.getBigUint64(this.#take(8), true));

  #part(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#part(length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    const bytes = this.#part((end < 0 ? Infinity : end) - this.#position);
    this.#take(1);
    return new TextDecoder("latin1").decode(bytes);
  }

  /** A whole number, the lowest byte first; no longer one is of use. */
  #long(length: number): number {
    const bytes = this.#part(length);
    if (length > 8) return NaN;
    const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return Number(BigInt.asIntN(8 * length, value));
  }

  #push = (value: unknown) => void this.#stack.push(value);

  #top(): unknown {
    const top = this.#stack.at(-1);
    if (this.#stack.length === 0 || top === mark) throw new RangeError("its pickle takes what is not there");
    return top;
  }

  #pop(): unknown {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  /** The values since the last mark, in order, which go away with it. */
  #sinceMark(): unknown[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new RangeError("its pickle takes what is not there");
    const values = this.#stack.splice(at);
    return values.slice(1);
  }

  #tuple(length: number) {
    const values = Array.from({ length }, () => this.#pop());
    this.#push(values.reverse());
  }

  #append(values: readonly unknown[]) {
    const list = this.#top();
    if (!Array.isArray(list)) throw new RangeError("its pickle appends to what is no list");
    for (const value of values) list.push(value);
  }

  #dictionary(): PickledDictionary {
    if (++this.#dictionaries > mostDictionaries) throw new RangeError("its pickle holds too many dictionaries");
    return new PickledDictionary();
  }

  #setItems(values: readonly unknown[], dictionary = this.#top()) {
    if (!(dictionary instanceof PickledDictionary)) throw new RangeError("its pickle fills what is no dictionary");
    for (let i = 0; i + 1 < values.length; i += 2) dictionary.entries.push([values[i], values[i + 1]]);
    return dictionary;
  }

  #global(module: unknown, name: unknown): unknown {
    if (typeof module !== "string" || typeof name !== "string") throw new RangeError("its pickle names nothing");
    return this.#names.global(module, name);
  }

  #call(callee: unknown, args: unknown) {
    if (typeof callee !== "function" || !Array.isArray(args)) {
      throw new RangeError("its pickle calls what cannot be called");
    }
    this.#push((callee as PickleFunction)(args));
  }

  #remember = (at: number) => void this.#memo.set(at, this.#top());
  #recall = (at: number) => {
    if (!this.#memo.has(at)) throw new RangeError("its pickle takes what is not there");
    this.#push(this.#memo.get(at));
  };

  /** The instructions by their letters (Python's Lib/pickletools.py). */
  readonly #instructions: Readonly<Record<string, () => void>> = {
    "\x80": () => void this.#take(1),
    "\x95": () => void this.#take(8),
    "(": () => this.#push(mark),
    "0": () => void this.#stack.pop(),
    "1": () => void this.#sinceMark(),
    "2": () => this.#push(this.#top()),
    // Memory.
    "p": () => this.#remember(Number(this.#line())),
    "q": () => this.#remember(this.#uint8()),
    "r": () => this.#remember(this.#uint32()),
    "\x94": () => this.#remember(this.#memo.size),
    "g": () => this.#recall(Number(this.#line())),
    "h": () => this.#recall(this.#uint8()),
    "j": () => this.#recall(this.#uint32()),
    // Numbers.
    "N": () => this.#push(null),
    "\x88": () => this.#push(true),
    "\x89": () => this.#push(false),
    "I": () => {
      const text = this.#line();
      this.#push(text === "00" ? false : text === "01" ? true : Number(text));
    },
    "L": () => this.#push(Number.parseInt(this.#line())),
    "F": () => this.#push(Number(this.#line())),
    "J": () => this.#push(this.#view.getInt32(this.#take(4), true)),
    "K": () => this.#push(this.#uint8()),
    "M": () => this.#push(this.#uint16()),
    "\x8a": () => this.#push(this.#long(this.#uint8())),
    "\x8b": () => this.#push(this.#long(this.#uint32())),
    "G": () => this.#push(this.#view.getFloat64(this.#take(8))),
    // Text and bytes.
    "S": () => this.#push(this.#line().slice(1, -1)),
    "V": () =>
      this.#push(this.#line().replaceAll(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)))),
    "T": () => this.#push(this.#text(this.#uint32())),
    "U": () => this.#push(this.#text(this.#uint8())),
    "X": () => this.#push(this.#text(this.#uint32())),
    "\x8c": () => this.#push(this.#text(this.#uint8())),
    "\x8d": () => this.#push(this.#text(this.#uint64())),
    "B": () => this.#push(this.#part(this.#uint32())),
    "C": () => this.#push(this.#part(this.#uint8())),
    "\x8e": () => this.#push(this.#part(this.#uint64())),
    "\x96": () => this.#push(this.#part(this.#uint64())),
    "\x98": () => {},
    // Tuples, lists, dictionaries, sets.
    ")": () => this.#push([]),
    "t": () => this.#push(this.#sinceMark()),
    "\x85": () => this.#tuple(1),
    "\x86": () => this.#tuple(2),
    "\x87": () => this.#tuple(3),
    "]": () => this.#push([]),
    "l": () => this.#push(this.#sinceMark()),
    "a": () => this.#append([this.#pop()]),
    "e": () => this.#append(this.#sinceMark()),
    "}": () => this.#push(this.#dictionary()),
    "d": () => this.#push(this.#setItems(this.#sinceMark(), this.#dictionary())),
    "s": () => {
      const [value, key] = [this.#pop(), this.#pop()];
      this.#setItems([key, value]);
    },
    "u": () => void this.#setItems(this.#sinceMark()),
    "\x8f": () => this.#push(opaque),
    "\x90": () => void this.#sinceMark(),
    "\x91": () => {
      this.#sinceMark();
      this.#push(opaque);
    },
    // Names, calls, places.
    "c": () => this.#push(this.#global(this.#line(), this.#line())),
    "\x93": () => {
      const [name, module] = [this.#pop(), this.#pop()];
      this.#push(this.#global(module, name));
    },
    "R": () => {
      const [args, callee] = [this.#pop(), this.#pop()];
      this.#call(callee, args);
    },
    "\x81": () => {
      const [args, callee] = [this.#pop(), this.#pop()];
      this.#call(callee, args);
    },
    "\x92": () => {
      const [, args, callee] = [this.#pop(), this.#pop(), this.#pop()];
      this.#call(callee, args);
    },
    "i": () => this.#call(this.#global(this.#line(), this.#line()), this.#sinceMark()),
    "o": () => {
      const [callee, ...args] = this.#sinceMark();
      this.#call(callee, args);
    },
    // What is set on an object beside its items is no weights.
    "b": () => void this.#pop(),
    "P": () => this.#push(this.#names.persistent(this.#line())),
    "Q": () => this.#push(this.#names.persistent(this.#pop())),
  };
}
