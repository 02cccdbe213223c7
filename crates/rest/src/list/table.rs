//! Lists as CSV (RFC 4180): a line of names, and a line for each item.

use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header, Quality};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{PartialSchema, ToSchema};

/// The media type of the answer.
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// Whether the client prefers CSV to JSON (RFC 9110, 12.5.1). Of two alike, the first one counts.
pub(super) fn is_wanted(request: &HttpRequest) -> bool {
    let accepted = Accept::parse(request).map_or_else(|_| Vec::new(), |accept| accept.0);
    let accepted = accepted.into_iter().filter(|kind| kind.quality > Quality::ZERO);
    let ranked = Accept(accepted.collect()).ranked();
    let known =
        ranked.iter().find_map(|kind| match (kind.type_().as_str(), kind.subtype().as_str()) {
            ("text", "csv" | "*") => Some(true),
            ("application", "json" | "*") | ("*", "*") => Some(false),
            _ => None,
        });
    known.unwrap_or_default()
}

/// The columns of a view: the fields that its schema declares, those of objects as `address.city`.
/// `id` comes first, and the others by name. So the columns do not depend on the items.
pub(super) struct Columns(Vec<Vec<String>>);

impl Columns {
    /// The columns of the views `V`.
    pub(super) fn of<V: ToSchema + PartialSchema>() -> Self {
        let mut named = Vec::new();
        V::schemas(&mut named);
        let known = named
            .into_iter()
            .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
            .collect();
        let mut columns = Vec::new();
        if let Ok(schema) = serde_json::to_value(V::schema()) {
            collect(&known, &schema, &mut Vec::new(), &mut columns);
        }
        columns.sort_by_key(|path: &Vec<String>| path.first().is_none_or(|name| name != "id"));
        Self(columns)
    }

    /// The line of names.
    pub(super) fn head(&self) -> String {
        line(self.0.iter().map(|path| path.join(".")))
    }

    /// The line of an item. A list, and an object of the client's, is its JSON.
    pub(super) fn row<V: Serialize>(&self, view: &V) -> serde_json::Result<String> {
        let item = serde_json::to_value(view)?;
        let cell = |path: &Vec<String>| {
            let found = path.iter().try_fold(&item, |value, name| value.get(name));
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
    columns: &mut Vec<Vec<String>>,
) {
    let schema = resolved(known, schema);
    let fields = schema.get("properties").and_then(Value::as_object);
    match fields.filter(|fields| !fields.is_empty()) {
        Some(fields) => {
            for (name, field) in fields {
                path.push(name.clone());
                collect(known, field, path, columns);
                path.pop();
            }
        }
        None if path.is_empty() => {}
        None => columns.push(path.clone()),
    }
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

/// A text that no program takes for a formula: one that begins like a formula gets an apostrophe in
/// front (OWASP, CSV injection). A decimal number is none.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_decimal(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Whether the text is a negative number such as `-12.5`.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = text.strip_prefix('-') else { return false };
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    }
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
    use actix_web::test::TestRequest;
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
        text: String,
    }

    fn view(text: &str, other: Option<Part>) -> View {
        let one = Part { city: Some("Köln".to_owned()), zip: 5 };
        View {
            free: json!({"a": [1, null]}),
            id: 7,
            list: vec!["x".to_owned()],
            one,
            other,
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_columns_are_those_of_the_schema_and_every_line_has_each() {
        let columns = Columns::of::<View>();
        let head = "id,free,list,one.city,one.zip,other.city,other.zip,text\r\n";
        assert_eq!(columns.head(), head);
        let row = |view| columns.row(&view).unwrap();
        let expected = "7,\"{\"\"a\"\":[1,null]}\",\"[\"\"x\"\"]\",Köln,5,,,t\r\n";
        assert_eq!(row(view("t", None)), expected);
        let other = Part { city: None, zip: 9 };
        assert!(row(view("t", Some(other))).ends_with(",,9,t\r\n"));
    }

    #[test]
    fn separators_quotes_and_line_ends_are_quoted() {
        let cells = ["a,b", "say \"x\"", "1\r\n2", " plain ", ""].map(str::to_owned);
        assert_eq!(line(cells.into_iter()), "\"a,b\",\"say \"\"x\"\"\",\"1\r\n2\", plain ,\r\n");
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        for formula in
            ["=1+1", "+49 40 1", "+49401", "-1+1", "-", "-.5", "-1.", "@SUM(A1)", "\t=1", "\r=1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for plain in ["-1", "-12.50", "12.5", "a=b", "", "{\"a\":1}"] {
            assert_eq!(guarded(plain), plain);
        }
    }

    #[test]
    fn csv_is_answered_to_those_who_prefer_it() {
        for (accept, wanted) in [
            ("text/csv", true),
            ("text/*", true),
            ("text/csv, application/json;q=0.5", true),
            ("application/json, text/csv", false),
            ("application/json;q=0.1, text/csv", true),
            ("text/csv;q=0.1, */*", false),
            ("text/csv;q=0", false),
            ("text/html, */*", false),
            ("*/*", false),
            ("", false),
            ("nonsense", false),
        ] {
            let request =
                TestRequest::default().insert_header(("accept", accept)).to_http_request();
            assert_eq!(is_wanted(&request), wanted, "{accept:?}");
        }
        assert!(!is_wanted(&TestRequest::default().to_http_request()));
    }
}
