// The rules of an operation's JSON body, by field: `address.city`, and `positions.*.text` in lists.

const KEPT = ["minLength", "maxLength", "pattern", "minimum", "maximum", "format", "enum", "minItems", "maxItems"];

/** The rules of the body's fields; none for an operation without a JSON body. */
export function rulesOf(document, operation) {
  const content = operation.requestBody?.content ?? {};
  const schema = (content["application/json"] ?? content["application/merge-patch+json"])?.schema;
  if (!schema) return undefined;
  const rules = {};
  collect(document, schema, "", rules, []);
  return rules;
}

/** The fields of an object that may be absent are not required: the object is, as a whole, or it is not. */
function collect(document, schema, prefix, rules, seen, isOptional = false) {
  const { schema: resolved, names } = resolve(document, schema);
  // A schema that contains itself has no last field.
  if (names.some((name) => seen.includes(name))) return;
  const within = [...seen, ...names];
  const required = new Set(resolved.required ?? []);
  for (const [name, property] of Object.entries(resolved.properties ?? {})) {
    const field = prefix + name;
    const { schema: value } = resolve(document, property);
    const rule = ruleOf(value, required.has(name) && !isOptional);
    if (Object.keys(rule).length > 0) rules[field] = rule;
    if (value.properties) collect(document, property, `${field}.`, rules, within, isOptional || !required.has(name));
    if (value.items) {
      const { schema: item } = resolve(document, value.items);
      if (item.properties) collect(document, value.items, `${field}.*.`, rules, within);
      else {
        const itemRule = ruleOf(item, false);
        if (Object.keys(itemRule).length > 0) rules[`${field}.*`] = itemRule;
      }
    }
  }
}

function ruleOf(schema, required) {
  const rule = required ? { required: true } : {};
  for (const name of KEPT) if (schema[name] !== undefined) rule[name] = schema[name];
  return rule;
}

/** Follows references, and takes the only alternative to `null`. A schema of parts is their sum. */
function resolve(document, schema, names = []) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return resolve(document, document.components.schemas[name], [...names, name]);
  }
  const alternatives = (schema.oneOf ?? schema.anyOf ?? []).filter(({ type }) => type !== "null");
  if (alternatives.length === 1) return resolve(document, alternatives[0], names);
  if (schema.allOf) {
    const parts = schema.allOf.map((part) => resolve(document, part, names));
    return {
      schema: {
        ...Object.assign({}, ...parts.map((part) => part.schema)),
        properties: Object.assign({}, ...parts.map((part) => part.schema.properties)),
        required: parts.flatMap((part) => part.schema.required ?? []),
      },
      names: parts.flatMap((part) => part.names),
    };
  }
  return { schema, names };
}
