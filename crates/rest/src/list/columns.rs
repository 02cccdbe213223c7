//! Items as CSV (RFC 4180): a line of names, and a line for each item.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{PartialSchema, ToSchema};

use super::formula::{guarded, unguarded};
use crate::json::parse_object;

/// The columns of a view or a body: the fields that its schema declares, those of objects as
/// `address.city`. `id` comes first, and the others by name. So the columns do not depend on the items.
pub(crate) struct Columns(Vec<Column>);

/// A field of a schema.
pub(crate) struct Column {
    path: Vec<String>,
    /// The JSON type that is not `null`; empty for any.
    kind: String,
    /// Whether every item has it.
    pub(crate) is_required: bool,
}

impl Column {
    /// The name in the first line: `address.city`.
    pub(crate) fn name(&self) -> String {
        self.path.join(".")
    }

    /// Puts the value of a cell into an item. A cell that is not of the column's type becomes a text,
    /// and an empty one nothing.
    pub(crate) fn put(&self, cell: &str, item: &mut Map<String, Value>) {
        let Some((name, parents)) = self.path.split_last().filter(|_| !cell.is_empty()) else {
            return;
        };
        let mut fields = item;
        for parent in parents {
            let inner = fields.entry(parent.clone()).or_insert_with(|| Map::new().into());
            let Value::Object(inner) = inner else { return };
            fields = inner;
        }
        fields.insert(name.clone(), self.value(cell));
    }

    fn value(&self, cell: &str) -> Value {
        let parsed = match self.kind.as_str() {
            "integer" => cell.parse::<i64>().ok().map(Value::from),
            "boolean" => cell.to_ascii_lowercase().parse::<bool>().ok().map(Value::from),
            "object" => parse_object(cell).ok().map(Value::from),
            "array" => list(cell),
            _ => return unguarded(cell).into(),
        };
        parsed.unwrap_or_else(|| cell.into())
    }
}

/// A list in JSON, with the rules of an object.
fn list(cell: &str) -> Option<Value> {
    let mut only = parse_object(&format!("{{\"list\":{cell}}}")).ok()?;
    let list = only.remove("list").filter(|_| only.is_empty())?;
    list.is_array().then_some(list)
}

impl Columns {
    /// The columns of the views `V`.
    pub(crate) fn of<V: ToSchema + PartialSchema>() -> Self {
        let mut named = Vec::new();
        V::schemas(&mut named);
        let known = named
            .into_iter()
            .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
            .collect();
        let mut columns = Vec::new();
        if let Ok(schema) = serde_json::to_value(V::schema()) {
            collect(&known, &schema, &mut Vec::new(), true, &mut columns);
        }
        columns.sort_by(|one: &Column, other: &Column| {
            let place = |column: &Column| column.path.first().is_none_or(|name| name != "id");
            (place(one), &one.path).cmp(&(place(other), &other.path))
        });
        Self(columns)
    }

    /// The line of names.
    pub(super) fn head(&self) -> String {
        line(self.0.iter().map(Column::name))
    }

    /// The columns, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Column> {
        self.0.iter()
    }

    /// The line of an item. A list, and an object of the client's, is its JSON.
    pub(super) fn row<V: Serialize>(&self, view: &V) -> serde_json::Result<String> {
        let item = serde_json::to_value(view)?;
        let cell = |column: &Column| {
            let found = column.path.iter().try_fold(&item, |value, name| value.get(name));
            match found.unwrap_or(&Value::Null) {
                Value::Null => String::new(),
                Value::String(text) => guarded(text),
                other => other.to_string(),
            }
        };
        Ok(line(self.0.iter().map(cell)))
    }
}

/// The paths of the fields below `schema` that have no declared fields of their own.
fn collect(
    known: &Map<String, Value>,
    schema: &Value,
    path: &mut Vec<String>,
    is_required: bool,
    columns: &mut Vec<Column>,
) {
    let schema = resolved(known, schema);
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        for part in parts {
            collect(known, part, path, is_required, columns);
        }
        return;
    }
    let required = schema.get("required").and_then(Value::as_array);
    let fields = schema.get("properties").and_then(Value::as_object);
    match fields.filter(|fields| !fields.is_empty()) {
        Some(fields) => {
            for (name, field) in fields {
                path.push(name.clone());
                let is_named = required.is_some_and(|names| names.iter().any(|one| one == name));
                collect(known, field, path, is_required && is_named, columns);
                path.pop();
            }
        }
        None if path.is_empty() => {}
        None => columns.push(Column { path: path.clone(), kind: kind(schema), is_required }),
    }
}

/// The JSON type of a schema, `null` aside.
fn kind(schema: &Value) -> String {
    let is_null = |kind: &&Value| *kind == "null";
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find(|kind| !is_null(kind)),
        other => other,
    };
    kind.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The schema that a reference names, also one beside `null`.
fn resolved<'a>(known: &'a Map<String, Value>, schema: &'a Value) -> &'a Value {
    let is_null = |choice: &&Value| choice.get("type").is_some_and(|kind| kind == "null");
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let schema = match choices.map(|all| all.iter().filter(|choice| !is_null(choice))) {
        Some(mut choices) => match (choices.next(), choices.next()) {
            (Some(only), None) => only,
            _ => schema,
        },
        None => schema,
    };
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    name.and_then(|name| known.get(name)).unwrap_or(schema)
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize, ToSchema)]
    struct Part {
        city: Option<String>,
        zip: u32,
    }

    #[derive(Serialize, ToSchema)]
    struct View {
        #[schema(value_type = Object)]
        free: Value,
        id: u32,
        list: Vec<String>,
        one: Part,
        other: Option<Part>,
        #[serde(flatten)]
        beside: Beside,
        text: String,
    }

    #[derive(Serialize, ToSchema)]
    struct Beside {
        near: bool,
    }

    fn view(text: &str, other: Option<Part>) -> View {
        let one = Part { city: Some("Köln".to_owned()), zip: 5 };
        View {
            free: json!({"a": [1, null]}),
            id: 7,
            list: vec!["x".to_owned()],
            one,
            other,
            beside: Beside { near: true },
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_columns_are_those_of_the_schema_and_every_line_has_each() {
        let columns = Columns::of::<View>();
        let head = "id,free,list,near,one.city,one.zip,other.city,other.zip,text\r\n";
        assert_eq!(columns.head(), head);
        let row = |view| columns.row(&view).unwrap();
        let expected = "7,\"{\"\"a\"\":[1,null]}\",\"[\"\"x\"\"]\",true,Köln,5,,,t\r\n";
        assert_eq!(row(view("t", None)), expected);
        let other = Part { city: None, zip: 9 };
        assert!(row(view("t", Some(other))).ends_with(",,9,t\r\n"));
    }

    #[test]
    fn separators_quotes_and_line_ends_are_quoted() {
        let cells = ["a,b", "say \"x\"", "1\r\n2", " plain ", ""].map(str::to_owned);
        assert_eq!(line(cells.into_iter()), "\"a,b\",\"say \"\"x\"\"\",\"1\r\n2\", plain ,\r\n");
    }
}
