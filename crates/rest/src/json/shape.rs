use plinth_domain::codes;
use serde_json::{Map, Number, Value};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    json::codes::{FIELD_TYPE, FIELD_UNKNOWN},
    problem::Fault,
};

/// Finds every place where a body violates the schema of `T`, and replaces it by a blank value, so
/// that the other fields can be checked, too. It runs only after deserializing has failed at the
/// first fault.
pub(super) fn mend<T: ToSchema + PartialSchema>(body: &mut Value) -> Vec<Fault> {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let components = named
        .into_iter()
        .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
        .collect();
    let mut walk = Walk { components, faults: Vec::new(), blanks: Vec::new() };
    if let Ok(schema) = serde_json::to_value(T::schema()) {
        walk.value(body, &schema, &mut String::new());
    }
    for (pointer, blank) in walk.blanks {
        put(body, &pointer, blank);
    }
    walk.faults
}

struct Walk {
    components: Map<String, Value>,
    faults: Vec<Fault>,
    /// The blank value of each faulty field; `None` removes the field.
    blanks: Vec<(String, Option<Value>)>,
}

impl Walk {
    fn value(&mut self, value: &Value, schema: &Value, pointer: &mut String) {
        if let Some(target) = self.referred(schema) {
            return self.value(value, &target, pointer);
        }
        if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
            return self.choice(value, &choices.clone(), pointer);
        }
        if !fits(value, schema) {
            let expected = types(schema).join(" or ");
            let detail = format!("must be {expected}, not {}", kind(value));
            self.faults.push(Fault::at(pointer.as_str(), FIELD_TYPE, detail));
            self.blanks.push((pointer.clone(), Some(self.blank(schema))));
            return;
        }
        match value {
            Value::Object(fields) => self.object(fields, schema, pointer),
            Value::Array(items) => self.array(items, schema, pointer),
            Value::String(text) => self.text(text, schema, pointer),
            Value::Number(number) => self.number(number, schema, pointer),
            _ => {}
        }
    }

    fn referred(&self, schema: &Value) -> Option<Value> {
        let name = schema.get("$ref")?.as_str()?.rsplit('/').next()?;
        self.components.get(name).cloned()
    }

    /// utoipa writes `oneOf` only for "null or a named object".
    fn choice(&mut self, value: &Value, choices: &[Value], pointer: &mut String) {
        let is_null = |choice: &&Value| choice.get("type").is_some_and(|t| t == "null");
        if value.is_null() && choices.iter().any(|c| is_null(&c)) {
            return;
        }
        if let Some(choice) = choices.iter().find(|c| !is_null(c)) {
            self.value(value, choice, pointer);
        }
    }

    fn object(&mut self, fields: &Map<String, Value>, schema: &Value, pointer: &mut String) {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let required = required.collect::<Vec<_>>();
        for (name, value) in fields {
            let length = pointer.len();
            pointer.push('/');
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            match properties.get(name) {
                // In a merge patch `null` removes a field, which is not allowed here.
                Some(property)
                    if value.is_null()
                        && !required.contains(&name.as_str())
                        && !allows_null(property) =>
                {
                    let fault =
                        Fault::at(pointer.as_str(), codes::FIELD_REQUIRED, "cannot be removed");
                    self.faults.push(fault);
                    self.blanks.push((pointer.clone(), None));
                }
                Some(property) => self.value(value, property, pointer),
                None if closed => {
                    let detail = format!("there is no field {name:?}");
                    self.faults.push(Fault::at(pointer.as_str(), FIELD_UNKNOWN, detail));
                    self.blanks.push((pointer.clone(), None));
                }
                None => {}
            }
            pointer.truncate(length);
        }
        for name in required {
            if !fields.contains_key(name) {
                let place = format!("{pointer}/{name}");
                let blank = properties.get(name).map(|property| self.blank(property));
                self.blanks.push((place.clone(), blank));
                self.faults.push(Fault::at(place, codes::FIELD_REQUIRED, "must be given"));
            }
        }
    }

    /// The emptiest value of a schema.
    fn blank(&self, schema: &Value) -> Value {
        if let Some(target) = self.referred(schema) {
            return self.blank(&target);
        }
        match types(schema).first() {
            _ if types(schema).contains(&"null") => Value::Null,
            Some(&"string") => "".into(),
            Some(&"integer" | &"number") => 0.into(),
            Some(&"boolean") => false.into(),
            Some(&"array") => Value::Array(Vec::new()),
            Some(&"object") => Value::Object(Map::new()),
            _ => Value::Null,
        }
    }

    fn array(&mut self, items: &[Value], schema: &Value, pointer: &mut String) {
        let Some(item) = schema.get("items") else { return };
        for (index, value) in items.iter().enumerate() {
            let length = pointer.len();
            pointer.push('/');
            pointer.push_str(&index.to_string());
            self.value(value, item, pointer);
            pointer.truncate(length);
        }
    }

    fn number(&mut self, number: &Number, schema: &Value, pointer: &str) {
        let (Some(number), bound) = (number.as_f64(), |name| schema.get(name)?.as_f64()) else {
            return;
        };
        let detail = match (bound("minimum"), bound("maximum")) {
            (Some(min), _) if number < min => format!("at least {min}"),
            (_, Some(max)) if number > max => format!("at most {max}"),
            _ => return,
        };
        self.faults.push(Fault::at(pointer, codes::NUMBER_OUT_OF_RANGE, detail));
        // A type of the form may be too small for the number.
        self.blanks.push((pointer.to_owned(), schema.get("minimum").cloned()));
    }

    fn text(&mut self, text: &str, schema: &Value, pointer: &str) {
        let count = text.chars().count() as u64;
        if let Some(max) = schema.get("maxLength").and_then(Value::as_u64)
            && count > max
        {
            let detail = format!("at most {max} characters");
            self.faults.push(Fault::at(pointer, codes::TEXT_TOO_LONG, detail));
        }
        if let Some(min) = schema.get("minLength").and_then(Value::as_u64)
            && count < min
        {
            let detail = match min {
                1 => "must not be empty".to_owned(),
                more => format!("at least {more} characters"),
            };
            self.faults.push(Fault::at(pointer, codes::TEXT_TOO_SHORT, detail));
        }
    }
}

/// Sets the value at a pointer (RFC 6901), or removes it.
fn put(body: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match (body.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(name, value)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(&name)),
        (Some(Value::Array(items)), Some(value)) => {
            if let Some(item) = name.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                *item = value;
            }
        }
        _ => {}
    }
}

fn allows_null(schema: &Value) -> bool {
    let choices = schema.get("oneOf").and_then(Value::as_array);
    types(schema).contains(&"null") || choices.into_iter().flatten().any(allows_null)
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn fits(value: &Value, schema: &Value) -> bool {
    let types = types(schema);
    let kind = kind(value);
    types.is_empty() || types.contains(&kind) || (kind == "integer" && types.contains(&"number"))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
