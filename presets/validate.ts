import { Ajv, type ErrorObject } from "npm:ajv@8.20.0";
import { nearest } from "../stages/nearest.ts";
import { objectSchema, type ValueSchema } from "../stages/schema.ts";
import type { Fault } from "../stages/stage.ts";
import { memoryPattern } from "../stages/tiles/budget.ts";
import { plainName } from "./preset.ts";
import { presetOptions } from "./schema.ts";

let compiled: ReturnType<Ajv["compile"]> | undefined;

/** Everything in a preset that its schema forbids, at once; an absent key is marked as `missing`. */
export function schemaFaults(preset: unknown): Fault[] {
  compiled ??= new Ajv({ allErrors: true, verbose: true, strict: "log", allowUnionTypes: true })
    .addVocabulary(["flag", "location", "whole"])
    .compile(objectSchema(presetOptions));
  if (compiled(preset)) return [];
  const errors = compiled.errors ?? [];
  // Of a choice that nothing fits, show what is wrong inside the branch that was meant, else the choice as a whole.
  const branching = errors.filter(({ keyword }) => keyword === "anyOf").map(({ instancePath }) => instancePath);
  const within = ({ instancePath, keyword }: ErrorObject, path: string) =>
    instancePath.startsWith(`${path}/`) || (instancePath === path && keyword !== "anyOf" && keyword !== "type");
  const meant = new Set(branching.filter((path) => errors.some((error) => within(error, path))));
  const ofWrongType = new Set(
    errors.filter(({ keyword }) => keyword === "type").map(({ instancePath }) => instancePath),
  );
  return errors
    .filter((error) => {
      const { instancePath, keyword } = error;
      if (keyword === "enum" && ofWrongType.has(instancePath)) return false;
      if (!branching.includes(instancePath)) return true;
      return meant.has(instancePath) ? within(error, instancePath) : keyword === "anyOf";
    })
    .map(toFault);
}

function toFault({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject): Fault {
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
        hint: guess ? `did you mean ${guess}?` : describe(schema),
      };
    }
    case "anyOf":
      return {
        path,
        message: `must be ${(schema.anyOf ?? []).map(typeName).join(" or ")}: ${current}`,
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

/** What a pattern asks for. */
function inWords({ pattern }: ValueSchema): string | undefined {
  return {
    [plainName]: "must not contain / or \\",
    [memoryPattern]: "must be an amount such as 4GB or 512MB",
  }[String(pattern)];
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

/** `/loss-build/terms/a~1b` as `loss-build.terms.a/b`. */
function pathOf(pointer: string): string {
  return pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
