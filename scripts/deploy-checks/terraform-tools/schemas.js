// Prints the schemas of a provider and of some of its resources and data sources, as JSON in the
// form of `terraform providers schema -json`:
//
//     node schemas.js path/to/package google google_sql_user data.google_project
//
// They come from classes that cdktf generated from the provider. Those run on the stand-in for cdktf
// below, which builds nothing and records how each class describes itself. What the classes do not
// tell: whether an optional attribute is computed when it is absent. Here it is null.
"use strict";
const fs = require("fs");
const path = require("path");
const Module = require("module");

const scalar = (type) => () => ({ scalar: type });
const collection = (kind) => (inner) => () => ({ kind, inner });

// Stands for every value and every field of it.
const anything = new Proxy({}, { get: () => anything });

class Described {
  constructor(parent, attribute) { this.attribute = attribute; }
  getStringAttribute(attribute) { return { attribute, type: "string" }; }
  getNumberAttribute(attribute) { return { attribute, type: "number" }; }
  getBooleanAttribute(attribute) { return { attribute, type: "bool" }; }
  getListAttribute(attribute) { return { attribute, type: ["list", "string"] }; }
  getNumberListAttribute(attribute) { return { attribute, type: ["list", "number"] }; }
}
class Top extends Described {}
class ComplexList extends Described {}
class ComplexMap extends Described {}
class StringMap extends Described {}
class NumberMap extends Described {}
class BooleanMap extends Described {}

const cdktf = {
  TerraformResource: Top, TerraformDataSource: Top, TerraformProvider: Top,
  ComplexObject: Described, ComplexList, MapList: ComplexList, ComplexMap, StringMap, NumberMap, BooleanMap,
  canInspect: () => true,
  isComplexElement: () => false,
  Tokenization: { isResolvable: () => false },
  Fn: { tolist: (value) => value },
  stringToHclTerraform: scalar("string"),
  numberToHclTerraform: scalar("number"),
  booleanToHclTerraform: scalar("bool"),
  listMapperHcl: collection("list"),
  hashMapperHcl: collection("map"),
};
const load = Module._load;
Module._load = (request, ...rest) => (request === "cdktf" ? cdktf : load(request, ...rest));

// For each interface its properties, and whether they are required.
function interfaces(directory) {
  const text = fs.readFileSync(path.join(directory, "index.d.ts"), "utf8").replace(/\/\*\*.*?\*\//gs, "");
  const bodies = [...text.matchAll(/export interface (\w+)[^{]*\{(.*?)\n\}/gs)];
  return Object.fromEntries(bodies.map(([, name, body]) => {
    const properties = [...body.matchAll(/readonly (\w+)(\?)?:/g)];
    return [name, Object.fromEntries(properties.map(([, property, optional]) => [property, !optional]))];
  }));
}

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

class Schema {
  constructor(directory, nestsAttributes) {
    this.classes = require(directory);
    this.interfaces = interfaces(directory);
    // Providers of the newer framework have nested attributes instead of blocks.
    this.nestsAttributes = nestsAttributes;
  }

  read() {
    const [name, type] = Object.entries(this.classes).find(([, it]) => it.prototype instanceof Top);
    const configured = type.prototype.synthesizeHclAttributes.call(anything);
    const block = this.configured(configured, `${name}Config`);
    // Terraform itself knows the alias of a provider; an id that is not given is computed.
    delete block.attributes.alias;
    if (block.attributes.id) block.attributes.id.computed = true;
    this.answered(block, new type({}, "it", {}));
    return { version: 0, block };
  }

  // What a configuration can set.
  configured(fields, name) {
    const block = { attributes: {}, block_types: {} };
    for (const [attribute, { value, isBlock, type, storageClassType }] of Object.entries(fields)) {
      const required = this.interfaces[name]?.[camel(attribute)];
      if (required === undefined) throw new Error(`${name} has no property for ${attribute}`);
      const use = required ? { required } : { optional: true };
      if (!isBlock) {
        block.attributes[attribute] = { type: plain(value, type), ...use };
        continue;
      }
      const nested = this.nested(value, type, storageClassType);
      if (this.nestsAttributes) {
        const { attributes } = nested.block;
        block.attributes[attribute] = { nested_type: { attributes, nesting_mode: nested.nesting_mode }, ...use };
      } else {
        block.block_types[attribute] = { ...nested, min_items: required && type !== "struct" ? 1 : 0 };
      }
    }
    return block;
  }

  nested(value, type, storage) {
    const name = type === "struct" ? storage : storage.replace(/(List|Map)$/, "");
    const block = this.configured(value.kind ? value.inner(anything) : value, name);
    const reference = this.classes[`${name}OutputReference`];
    if (reference && !this.nestsAttributes) this.answered(block, new reference({}, "it", 0, false));
    if (type === "struct") return { nesting_mode: "single", max_items: 0, block };
    return { nesting_mode: type, max_items: value.kind ? 0 : 1, block };
  }

  // What only the provider sets: it has a getter and no setter.
  answered(block, described) {
    const properties = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(described));
    for (const [name, { get, set }] of Object.entries(properties)) {
      if (!get || set || name.endsWith("Input")) continue;
      const found = get.call(described);
      const attribute = found?.attribute;
      if (!attribute || attribute in block.attributes || attribute in block.block_types) continue;
      block.attributes[attribute] = { type: this.type(found), computed: true };
    }
  }

  type(found) {
    if (found.type) return found.type;
    if (found instanceof StringMap) return ["map", "string"];
    if (found instanceof NumberMap) return ["map", "number"];
    if (found instanceof BooleanMap) return ["map", "bool"];
    const kind = found instanceof ComplexList ? "list" : found instanceof ComplexMap ? "map" : undefined;
    const block = { attributes: {}, block_types: {} };
    this.answered(block, kind ? found.get(0) : found);
    const object = ["object", Object.fromEntries(Object.entries(block.attributes).map(([name, { type }]) => [name, type]))];
    return kind ? [kind, object] : object;
  }
}

function plain(value, type) {
  if (value.scalar) return value.scalar;
  return [type === "set" ? "set" : value.kind, plain(value.inner(), value.kind)];
}

function main([directory, provider, ...names]) {
  const library = path.resolve(directory, "lib");
  const read = (folder) => new Schema(path.join(library, folder.replaceAll("_", "-")), provider !== "google").read();
  const schemas = { provider: read("provider"), resource_schemas: {}, data_source_schemas: {} };
  for (const name of names) {
    const [kind, type] = name.startsWith("data.") ? ["data-", name.slice(5)] : ["", name];
    const into = kind ? schemas.data_source_schemas : schemas.resource_schemas;
    const folder = kind ? kind + type : type.slice(provider.length + 1);
    // Terraform itself says that a provider has no such resource.
    if (fs.existsSync(path.join(library, folder.replaceAll("_", "-")))) into[type] = read(folder);
  }
  console.log(JSON.stringify(schemas));
}

main(process.argv.slice(2));
