//! A body in JSON from `field=value` and the schema of the body.

use serde_json::{Map, Value};

use super::super::document::{Document, has_type};
use crate::failure::Result;

/// Adds fields to a body. `name=value` takes the type of the schema, `name:=JSON` any value, and
/// `address.city=Hamburg` a field of an object; a repeated field of a list adds an item.
pub(super) fn add(
    document: &Document,
    schema: &Value,
    body: &mut Value,
    fields: &[String],
) -> Result<()> {
    for field in fields {
        let Field { path, value } = Field::parse(field)?;
        put(document, schema, body, (path.as_slice(), 0), &value)?;
    }
    Ok(())
}

/// One argument.
struct Field<'a> {
    path: Vec<&'a str>,
    value: Given<'a>,
}

enum Given<'a> {
    Text(&'a str),
    Json(Value),
}

impl<'a> Field<'a> {
    fn parse(argument: &'a str) -> Result<Self> {
        let (name, value) = argument
            .split_once('=')
            .ok_or_else(|| format!("`{argument}` is no field=value, nor field:=JSON"))?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, Given::Json(json(name, value)?)),
            None => (name, Given::Text(value)),
        };
        let path: Vec<_> = name.split('.').collect();
        if path.iter().any(|part| part.is_empty()) {
            return Err(format!("`{argument}` has no name before `=`").into());
        }
        Ok(Self { path, value })
    }
}

/// Puts a value where the path leads to, from the part at `depth` on.
fn put(
    document: &Document,
    schema: &Value,
    object: &mut Value,
    (path, depth): (&[&str], usize),
    value: &Given<'_>,
) -> Result<()> {
    let (name, full) = (path[depth], path[..=depth].join("."));
    let schema = property(document, schema, path, depth)?;
    if object.is_null() {
        *object = Value::Object(Map::new());
    }
    let Some(fields) = object.as_object_mut() else {
        return Err(format!("`{full}` has a part that is no object").into());
    };
    if depth + 1 < path.len() {
        let inner = fields.entry(name).or_insert(Value::Null);
        return put(document, schema, inner, (path, depth + 1), value);
    }
    let value = match value {
        Given::Json(value) => value.clone(),
        Given::Text(text) => typed(document, schema, &full, text)?,
    };
    match (fields.get_mut(name), value) {
        (Some(Value::Array(all)), Value::Array(more)) => all.extend(more),
        (_, value) => drop(fields.insert(name.to_owned(), value)),
    }
    Ok(())
}

/// The schema of a field. A free-form object takes any.
fn property<'d>(
    document: &'d Document,
    schema: &'d Value,
    path: &[&str],
    depth: usize,
) -> Result<&'d Value> {
    static ANY: Value = Value::Null;
    let properties = document.properties(schema);
    if let Some(found) = properties.get(path[depth]).copied() {
        return Ok(found);
    }
    let parts = document.alternatives(schema);
    let further = parts.iter().find_map(|part| part.get("additionalProperties"));
    match further {
        Some(schema) if schema.is_object() => Ok(schema),
        Some(Value::Bool(false)) | None if !properties.is_empty() => {
            let known: Vec<_> = properties.into_keys().collect();
            let name = path[..=depth].join(".");
            Err(format!("there is no field `{name}`; there are {}", known.join(", ")).into())
        }
        _ => Ok(&ANY),
    }
}

/// The value that a text stands for.
fn typed(document: &Document, schema: &Value, name: &str, text: &str) -> Result<Value> {
    let parts = document.alternatives(schema);
    let has = |kind: &str| parts.iter().any(|part| has_type(part, kind));
    let is_any = |part: &&Value| part.get("enum").is_none() && part.get("format").is_none();
    let is_free_text = parts.iter().any(|part| has_type(part, "string") && is_any(part));
    match text {
        "null" if has("null") && !is_free_text => return Ok(Value::Null),
        "true" | "false" if has("boolean") => return Ok(Value::Bool(text == "true")),
        _ => {}
    }
    if has("integer") || has("number") {
        let number = serde_json::from_str(text).ok().filter(Value::is_number);
        if let Some(number) = number {
            return Ok(number);
        }
    }
    if has("array") {
        if text.starts_with('[') {
            return json(name, text);
        }
        let items = parts.iter().find_map(|part| part.get("items"));
        let item = typed(document, items.unwrap_or(&Value::Null), name, text)?;
        return Ok(Value::Array(vec![item]));
    }
    if has("object") && text.starts_with('{') {
        return json(name, text);
    }
    let is_known = ["boolean", "integer", "number", "object"].into_iter().any(has);
    if has("string") || !is_known {
        return Ok(Value::String(text.to_owned()));
    }
    let expected = if has("object") {
        format!("an object: give its fields as `{name}.FIELD=…`, or JSON")
    } else if has("boolean") {
        "true or false".to_owned()
    } else {
        "a number".to_owned()
    };
    Err(format!("`{name}` is {expected}").into())
}

/// Reads JSON that a user wrote.
fn json(name: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| format!("`{name}` is no JSON: {error}").into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::people::document::tests::boats;

    fn body(fields: &[&str]) -> Result<Value> {
        let mut body = json!({});
        let fields: Vec<_> = fields.iter().map(|field| (*field).to_owned()).collect();
        let schema = json!({"$ref": "#/components/schemas/NewBoat"});
        add(&boats(), &schema, &mut body, &fields)?;
        Ok(body)
    }

    fn said(field: &str) -> String {
        body(&[field]).unwrap_err().to_string()
    }

    #[test]
    fn a_value_gets_the_type_of_its_field() {
        let fields = ["name=007", "length=12.5", "seats=8", "motor=true", "built_on=2026-11-20"];
        let expected = json!({"name": "007", "length": 12.5, "seats": 8, "motor": true,
            "built_on": "2026-11-20"});
        assert_eq!(body(&fields).unwrap(), expected);
        assert_eq!(body(&["name=a=b"]).unwrap(), json!({"name": "a=b"}));
    }

    #[test]
    fn null_is_a_text_only_where_any_text_is_allowed() {
        let fields = ["seats=null", "built_on=null", "note=null", "name=null"];
        let expected = json!({"seats": null, "built_on": null, "note": "null", "name": "null"});
        assert_eq!(body(&fields).unwrap(), expected);
        assert_eq!(body(&["note:=null"]).unwrap(), json!({"note": null}));
    }

    #[test]
    fn fields_of_objects_have_a_path_and_a_repeated_field_adds_to_a_list() {
        let fields = ["value.amount_minor=950", "value.currency=EUR", "tags=a", "tags=[\"b\"]"];
        let expected =
            json!({"value": {"amount_minor": 950, "currency": "EUR"}, "tags": ["a", "b"]});
        assert_eq!(body(&fields).unwrap(), expected);
        let free = body(&["metadata.pier=7", "metadata.depth:=3", "metadata.a.b=c"]).unwrap();
        assert_eq!(free, json!({"metadata": {"pier": "7", "depth": 3, "a": {"b": "c"}}}));
        let nested = body(&["parent.parent.seats=1"]).unwrap();
        assert_eq!(nested, json!({"parent": {"parent": {"seats": 1}}}));
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_is_expected() {
        assert_eq!(said("seats=many"), "`seats` is a number");
        assert_eq!(said("motor=yes"), "`motor` is true or false");
        assert!(said("value=9.50").starts_with("`value` is an object"));
        assert!(said("length:=1,5").starts_with("`length` is no JSON"));
        assert!(said("value.amount=1").contains("no field `value.amount`; there are amount_minor"));
        assert!(said("colour=red").contains("`colour`; there are built_on, length"));
        for malformed in ["name", "=x", "value.=1", ":=1"] {
            assert!(body(&[malformed]).is_err(), "{malformed}");
        }
    }
}
