import { Ajv, type ErrorObject, type Options } from "npm:ajv@8.20.0";
import { nearest } from "../base/nearest.ts";
import type { ValueSchema } from "../chain/schema.ts";
import type { Fault } from "../chain/stage.ts";
import { memoryPattern } from "../base/memory.ts";
import { isObject, type Json } from "../base/json.ts";
import { branchOf } from "../chain/walk.ts";
import { isModulePath } from "./locations.ts";
import { plainName } from "./common_keys.ts";

type Validate = ReturnType<Ajv["compile"]>;

const compiled = new WeakMap<ValueSchema, Validate>();

/** All faults of a value by its schema; that of an absent key is marked `missing`. */
export function schemaFaults(value: unknown, schema: ValueSchema): Fault[] {
  const validate = compile(schema);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const choices = errors.filter(({ keyword }) => keyword === "anyOf");
  const ofWrongType = new Set(errors.filter(({ keyword }) => keyword === "type").map(placeOf));
  return errors
    .filter((error) => !choices.some((choice) => isBesides(error, choice)))
    // A name that is none is an error of `enum` already.
    .filter(({ keyword }) => keyword !== "discriminator")
    .filter((error) => {
      return error.keyword !== "enum" || !(isOwnModule(error) || ofWrongType.has(placeOf(error)));
    })
    .map((error) => toFault(error, schema));
}

/** @throws {Error} if a value is no JSON Schema. */
export function checkSchema(schema: ValueSchema): void {
  validator({}).compile(schema);
}

/** The place of an error, in the value and in the schema. */
function placeOf({ instancePath, schemaPath }: ErrorObject): string {
  return `${instancePath} ${schemaPath.slice(0, schemaPath.lastIndexOf("/"))}`;
}

/**
 * Whether an error is left out because an `anyOf` failed. If the value's type tells which branch was meant, only errors
 * inside that branch are shown; else only that of the `anyOf` itself.
 */
function isBesides(error: ErrorObject, choice: ErrorObject): boolean {
  const branches: readonly ValueSchema[] = choice.schema as ValueSchema[];
  const meant = branches.findIndex((branch) =>
    // A branch of a single word is not what another word was meant for.
    branch.enum?.length !== 1 &&
    branch.type === branchOf(choice.data, { anyOf: branches.map(({ type }) => ({ type })) }).type
  );
  if (error === choice) return meant >= 0;
  const isOf = (branch: number) => error.schemaPath.startsWith(`${choice.schemaPath}/${branch}/`);
  const isWithin = `${error.instancePath}/`.startsWith(`${choice.instancePath}/`);
  return isWithin && branches.some((_, i) => i !== meant && isOf(i));
}

function compile(schema: ValueSchema): Validate {
  // Our own schemas are JSON Schema, and those of plug-ins have been checked: half of the time of a compilation.
  const known = compiled.get(schema) ??
    validator({ meta: false, validateSchema: false, code: { optimize: false } }).compile(schema);
  compiled.set(schema, known);
  return known;
}

function validator(options: Options): Ajv {
  return new Ajv({
    allErrors: true,
    verbose: true,
    strict: "log",
    allowUnionTypes: true,
    discriminator: true,
    ...options,
  }).addVocabulary(["flag", "location", "module", "plugin", "whole"]);
}

/** Whether an error is about the name of a module of one's own, which the `enum` cannot list. */
function isOwnModule({ parentSchema, data }: ErrorObject): boolean {
  return (parentSchema as ValueSchema).module !== undefined && isModulePath(data);
}

function toFault(error: ErrorObject, schema: ValueSchema): Fault {
  const fault = faultOf(error);
  const owner = ownerOf(error, schema);
  return owner ? { ...fault, message: `${owner}: ${fault.message}` } : fault;
}

/** The plug-in whose option is wrong: the title of the innermost schema with one on the path to an error. */
function ownerOf({ schemaPath }: ErrorObject, schema: ValueSchema): string | undefined {
  const keys = schemaPath.split("/").slice(1).map((key) =>
    decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")
  );
  let owner: string | undefined;
  let inner: unknown = schema;
  for (const key of keys) {
    if (!isObject(inner) && !Array.isArray(inner)) break;
    inner = (inner as Json)[key];
    if (isObject(inner) && typeof inner.title === "string") owner = inner.title;
  }
  return owner;
}

function faultOf({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject): Fault {
  const path = pathOf(instancePath);
  const schema = parentSchema as ValueSchema;
  // JSON has no word for a number out of range.
  const current = `current value is ${typeof data === "number" ? data : JSON.stringify(data)}`;
  switch (keyword) {
    case "additionalProperties": {
      const key: string = params.additionalProperty;
      const known = Object.keys(schema.properties ?? {});
      const guess = nearest(key, known);
      return {
        path: path === "" ? key : `${path}.${key}`,
        message: "unknown key",
        hint: `${guess ? `did you mean ${guess}? ` : ""}the keys here are ${known.join(", ")}`,
      };
    }
    case "required":
      return {
        path,
        message: `"${params.missingProperty}" is missing`,
        hint: describe(schema.properties?.[params.missingProperty]),
        missing: true,
      };
    case "enum": {
      const guess = nearest(String(data), (schema.enum ?? []).map(String));
      return {
        path,
        message: `must be one of ${schema.enum?.join(", ")}: ${current}`,
        hint: guess
          ? `did you mean ${guess}?`
          : schema.module
          ? "one of your own is named by a path that begins with ./, or by a URL"
          : describe(schema),
      };
    }
    case "anyOf":
      return {
        path,
        message: `must be ${(schema.anyOf ?? []).map(alternative).join(" or ")}: ${current}`,
        hint: describe(schema),
      };
    case "type":
      return { path, message: `must be ${typeName(schema)}: ${current}`, hint: describe(schema) };
    case "minLength":
    case "minItems":
    case "pattern":
      return {
        path,
        message: isEmpty(data) ? "must not be empty" : `${inWords(schema) ?? message}: ${current}`,
        hint: describe(schema),
      };
    default:
      return { path, message: `${message}: ${current}`, hint: describe(schema) };
  }
}

function isEmpty(data: unknown): boolean {
  return data === "" || (Array.isArray(data) && data.length === 0);
}

/** The requirement of a pattern in words; undefined if it has none. */
function inWords({ pattern }: ValueSchema): string | undefined {
  return {
    [plainName]: "must not contain / or \\",
    [memoryPattern]: "must be an amount such as 4GB or 512MB",
  }[String(pattern)];
}

/** What one of several branches takes. */
function alternative(schema: ValueSchema): string {
  const { enum: names, exclusiveMinimum } = schema;
  if (names?.length === 1) return String(names[0]);
  return exclusiveMinimum === undefined ? typeName(schema) : `${typeName(schema)} > ${exclusiveMinimum}`;
}

function typeName({ type }: ValueSchema): string {
  const names: Record<string, string> = {
    integer: "a whole number",
    array: "a list",
    object: "an object",
    string: "text",
  };
  return names[String(type)] ?? `a ${type}`;
}

function describe(schema: ValueSchema | undefined): string | undefined {
  return schema?.description;
}

/** Turns a JSON pointer such as `/loss-build/terms/a~1b` into `loss-build.terms.a/b`. */
function pathOf(pointer: string): string {
  return pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
