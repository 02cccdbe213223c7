//! How much a schema is when its references are followed.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::SchemaRefused;

/// The most values of a schema, with those that its references stand for.
const MAX_VALUES: u64 = 20_000;

/// How deeply a schema may be nested, its references followed.
const MAX_DEPTH: usize = 64;

/// The one dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What the crate does not bound, or what changes where a reference leads.
const UNSUPPORTED: [&str; 9] = [
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose fields have names that the user chose.
const NAMED: [&str; 5] =
    ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// Keywords whose values are data.
const DATA: [&str; 4] = ["const", "default", "enum", "examples"];

/// The size of a schema with its references followed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    /// The number of JSON values.
    pub(super) values: u64,
    /// The number of regular expressions.
    pub(super) patterns: u64,
    /// Whether it has `anyOf` or `oneOf`.
    pub(super) has_choices: bool,
    depth: usize,
}

impl Size {
    const ONE: Self = Self { values: 1, patterns: 0, has_choices: false, depth: 1 };

    fn add(&mut self, part: Self) {
        self.values = self.values.saturating_add(part.values);
        self.patterns = self.patterns.saturating_add(part.patterns);
        self.has_choices |= part.has_choices;
        self.depth = self.depth.max(part.depth + 1);
    }
}

/// What the fields of an object are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fields {
    Keywords,
    Names,
    Data,
}

/// Measures a schema.
///
/// # Errors
/// It refers to itself or to what is elsewhere, has what is not supported, or is too large.
pub(super) fn measured(schema: &Value) -> Result<Size, SchemaRefused> {
    let mut walk = Walk { root: schema, known: HashMap::new(), open: Vec::new() };
    let size = walk.value(schema, Fields::Keywords, &mut String::new(), 0)?;
    if size.values > MAX_VALUES {
        let why = format!("at most {MAX_VALUES} values, with what its references stand for");
        return Err(SchemaRefused::new("", why));
    }
    Ok(size)
}

struct Walk<'s> {
    root: &'s Value,
    /// The size of what each reference stands for.
    known: HashMap<&'s str, Size>,
    /// The references that are being followed.
    open: Vec<&'s str>,
}

impl<'s> Walk<'s> {
    fn value(
        &mut self,
        value: &'s Value,
        fields: Fields,
        pointer: &mut String,
        depth: usize,
    ) -> Result<Size, SchemaRefused> {
        if depth > MAX_DEPTH {
            let why =
                format!("nested more than {MAX_DEPTH} times, with what its references stand for");
            return Err(SchemaRefused::new(pointer.as_str(), why));
        }
        let mut size = Size::ONE;
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let part = within(pointer, &index.to_string(), |pointer| {
                        self.value(item, fields, pointer, depth + 1)
                    });
                    size.add(part?);
                }
            }
            Value::Object(object) => {
                for (key, field) in object {
                    let part = within(pointer, key, |pointer| match fields {
                        Fields::Keywords => self.keyword(key, field, pointer, depth + 1),
                        Fields::Names => self.value(field, Fields::Keywords, pointer, depth + 1),
                        Fields::Data => self.value(field, Fields::Data, pointer, depth + 1),
                    });
                    size.add(part?);
                }
            }
            _ => {}
        }
        Ok(size)
    }

    fn keyword(
        &mut self,
        key: &str,
        value: &'s Value,
        pointer: &mut String,
        depth: usize,
    ) -> Result<Size, SchemaRefused> {
        if UNSUPPORTED.contains(&key) {
            return Err(SchemaRefused::new(pointer.as_str(), format!("{key} is not supported")));
        }
        match (key, value) {
            ("$ref", Value::String(reference)) => self.reference(reference, pointer, depth),
            ("$schema", value) if value != DIALECT => {
                let why = format!("the one supported dialect is {DIALECT}");
                Err(SchemaRefused::new(pointer.as_str(), why))
            }
            ("pattern", Value::String(_)) => Ok(Size { patterns: 1, ..Size::ONE }),
            ("patternProperties", Value::Object(properties)) => {
                let mut size = self.value(value, Fields::Names, pointer, depth)?;
                size.patterns = size.patterns.saturating_add(count(properties));
                Ok(size)
            }
            ("anyOf" | "oneOf", _) => {
                let size = self.value(value, Fields::Keywords, pointer, depth)?;
                Ok(Size { has_choices: true, ..size })
            }
            _ if NAMED.contains(&key) => self.value(value, Fields::Names, pointer, depth),
            _ if DATA.contains(&key) => self.value(value, Fields::Data, pointer, depth),
            _ => self.value(value, Fields::Keywords, pointer, depth),
        }
    }

    fn reference(
        &mut self,
        reference: &'s str,
        pointer: &str,
        depth: usize,
    ) -> Result<Size, SchemaRefused> {
        let refused = |why: &str| Err(SchemaRefused::new(pointer, why));
        if self.open.contains(&reference) {
            return refused("a schema cannot refer to itself");
        }
        let size = if let Some(size) = self.known.get(reference) {
            *size
        } else {
            let target = reference.strip_prefix('#').filter(|path| !path.contains('%'));
            let Some(target) = target.and_then(|path| self.root.pointer(path)) else {
                return refused("must refer to a part of this schema: #/$defs/NAME");
            };
            self.open.push(reference);
            let mut place = reference.trim_start_matches('#').to_owned();
            let size = self.value(target, Fields::Keywords, &mut place, depth + 1)?;
            self.open.pop();
            self.known.insert(reference, size);
            size
        };
        if depth + size.depth > MAX_DEPTH {
            return refused("nested too deeply, with what its references stand for");
        }
        let mut whole = Size::ONE;
        whole.add(size);
        Ok(whole)
    }
}

fn count(object: &Map<String, Value>) -> u64 {
    object.len() as u64
}

/// What `work` does with the pointer of a field.
fn within<T>(pointer: &mut String, field: &str, work: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&field.replace('~', "~0").replace('/', "~1"));
    let done = work(pointer);
    pointer.truncate(length);
    done
}
