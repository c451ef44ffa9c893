/**
 * How a stage declares its options: plain JSON Schema, so that a stage needs to import nothing. From these declarations
 * come the checks, the defaults, presets/schema.json, the flags of the command line and the tables of its help.
 *
 * @module
 */

/** JSON Schema of one value, with five keywords of our own. */
export interface ValueSchema {
  /** The type, or several. */
  readonly type?: "string" | "number" | "integer" | "boolean" | "object" | "array" | readonly string[];
  /** One line for help, errors and editors. */
  readonly description?: string;
  /** The value of the option if it is left out. */
  readonly default?: unknown;
  /** All values that are allowed. */
  readonly enum?: readonly unknown[];
  /** Some of the allowed values, for an editor to offer. */
  readonly examples?: readonly unknown[];
  /** The least number. */
  readonly minimum?: number;
  /** The greatest number. */
  readonly maximum?: number;
  /** What a number must be greater than. */
  readonly exclusiveMinimum?: number;
  /** The fewest characters. */
  readonly minLength?: number;
  /** A regular expression that text must match. */
  readonly pattern?: string;
  /** The fewest entries. */
  readonly minItems?: number;
  /** The schema of each entry. */
  readonly items?: ValueSchema;
  /** The schema of each key. */
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  /** Keys that may not be left out. */
  readonly required?: readonly string[];
  /** Whether, or how, other keys are allowed. */
  readonly additionalProperties?: boolean | ValueSchema;
  /** Schemas of which one must fit. */
  readonly anyOf?: readonly ValueSchema[];
  /** Schemas of which that one must fit whose constant the value's discriminator holds. */
  readonly oneOf?: readonly ValueSchema[];
  /** The key whose value, a constant of each branch of `oneOf`, tells which one is meant. */
  readonly discriminator?: { readonly propertyName: string };
  /** The one value that is allowed. */
  readonly const?: unknown;
  /** What errors call the value. */
  readonly title?: string;
  /** The flag of the command line that sets this option. */
  readonly flag?: string;
  /** A path or URL to read, resolved against the place of the preset that holds it; or a path to write. */
  readonly location?: "read" | "write";
  /** A name of the `enum`, or the path or URL of a module that exports a thing of this sort. */
  readonly module?: ModuleKind;
  /** A place that takes a stage, a loss or an optimiser; `properties` are the keys beside its name and its own options. */
  readonly plugin?: PluginPlace;
  /** Whether a preset that extends another replaces this map as a whole. */
  readonly whole?: boolean;
}

/** What a preset may take from a module of the user's own; also the key that names it beside its options. */
export type ModuleKind = "stage" | "loss" | "optimiser";

/** The options of a stage, one schema each; `default` is set if the option may be left out. */
export type OptionSchema<Options extends object> = { readonly [K in keyof Options]-?: ValueSchema };

/** How a place takes a stage, a loss or an optimiser: as `{ "loss": name, …options }`. */
export interface PluginPlace {
  /** What it takes; also the key that holds the name. */
  readonly kind: ModuleKind;
  /** Whether the name alone will do as well. */
  readonly alone?: boolean;
  /** Whether the options of a shipped one may also stand in a section under its name. */
  readonly sections?: boolean;
}

/** The JSON Schema of an object with these options and no others. */
export function objectSchema(options: Readonly<Record<string, ValueSchema>>): ValueSchema {
  return { type: "object", properties: options, additionalProperties: false };
}
