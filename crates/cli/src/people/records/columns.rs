//! The columns of a list, from the schema of its items.

use serde_json::Value;

use super::super::document::{Document, Kind};

/// The most columns that are chosen.
const MOST: usize = 8;

/// Texts that are too long for a column.
const LONG: [&str; 5] = ["body", "content", "description", "message", "note"];

/// What goes before other columns of its rank.
const EARLY: [&str; 7] = ["amount", "value", "open", "due_on", "issued_on", "starts_on", "ends_on"];

/// How many columns of each rank are chosen.
const OF_RANK: [usize; 10] = [1, 2, 2, 1, 3, 2, 2, 1, 2, 2];

/// The names of the columns that tell most about an item, the most telling first.
pub(super) fn chosen(document: &Document, items: &Value) -> Vec<String> {
    let properties = document.properties(items);
    let has_id = properties.contains_key("id");
    let ranked = properties.iter().filter_map(|(name, schema)| {
        let is_identity = !has_id && !document.is_nullable(schema);
        Some((rank(name, document.kind(schema), is_identity)?, *name))
    });
    let mut ranked: Vec<_> = ranked.collect();
    let place = |name: &str| EARLY.iter().position(|early| *early == name).unwrap_or(EARLY.len());
    ranked.sort_by_key(|(rank, name)| (*rank, place(name), *name));
    let mut left = OF_RANK;
    ranked.retain(|(rank, _)| {
        let is_chosen = left[*rank] > 0;
        left[*rank] = left[*rank].saturating_sub(1);
        is_chosen
    });
    ranked.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// The place of a property among the columns; `None` for one that is not shown. `is_identity` says that the
/// property names the item, if it is an identity at all.
fn rank(name: &str, kind: Kind, is_identity: bool) -> Option<usize> {
    Some(match (name, kind) {
        ("id", _) => 0,
        (_, Kind::Identity) if is_identity => 0,
        ("number" | "position" | "code" | "key" | "slug", Kind::Text | Kind::Number) => 1,
        (
            "name" | "title" | "email" | "label" | "domain" | "subject" | "text" | "type" | "url",
            Kind::Text,
        ) => 2,
        (name, Kind::Text) if name.ends_with("_name") => 2,
        ("status" | "state", Kind::Choice) => 3,
        (_, Kind::Money) => 4,
        (_, Kind::Day) => 5,
        (_, Kind::Choice) => 6,
        ("created_at" | "at", Kind::Time) => 7,
        (name, Kind::Text) if !LONG.contains(&name) => 8,
        (name, Kind::Number) if name != "version" => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::people::document::tests::boats;

    #[test]
    fn a_record_that_this_program_does_not_know_gets_telling_columns() {
        let items = json!({"$ref": "#/components/schemas/Boat"});
        let columns = chosen(&boats(), &items);
        let expected = ["id", "name", "status", "value", "built_on", "created_at", "berth"];
        assert_eq!(columns, expected);
    }

    #[test]
    fn an_item_without_an_id_is_named_by_another_identity() {
        let items = json!({"properties": {
            "user_id": {"type": "string", "format": "uuid"},
            "role_id": {"type": ["string", "null"], "format": "uuid"},
            "name": {"type": "string"},
        }});
        assert_eq!(chosen(&boats(), &items), ["user_id", "name"]);
    }

    #[test]
    fn of_many_columns_of_a_kind_a_few_are_chosen() {
        let names = ["booked_on", "due_on", "service_from"];
        let days = names.map(|name| (name.to_owned(), json!({"type": "string", "format": "date"})));
        let days: serde_json::Map<_, _> = days.into_iter().collect();
        let items = json!({"properties": days});
        assert_eq!(chosen(&boats(), &items), ["due_on", "booked_on"]);
    }
}
