//! The OpenAPI document of a server: it knows the resources, also those that a team has added.

mod cache;
mod operation;
mod schema;

use reqwest::Method;
use serde_json::Value;

use super::client::Client;
use crate::failure::Result;

pub(super) use operation::{Operation, is_json};
pub(super) use schema::{Kind, has_type};

/// Where the resources are.
pub(super) const API: [&str; 2] = ["api", "v1"];

/// A document of OpenAPI 3.1.
pub(super) struct Document(Value);

impl Document {
    /// The document of the server, or the cached one if it is the same.
    pub(super) async fn of(client: &Client) -> Result<Self> {
        let text = cache::document(client).await?;
        let document = serde_json::from_slice(&text)
            .map_err(|error| format!("the server's OpenAPI document cannot be read: {error}"))?;
        Ok(Self(document))
    }

    #[cfg(test)]
    pub(super) const fn from_json(document: Value) -> Self {
        Self(document)
    }

    /// All operations, by path.
    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.flat_map(move |(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.filter_map(move |(name, item)| {
                let method = method(name)?;
                Some(Operation { path, method, item, document: self })
            })
        })
    }

    /// The operation with this identity.
    pub(super) fn named(&self, id: &str) -> Option<Operation<'_>> {
        self.operations().find(|operation| operation.id() == id)
    }

    /// The operation on a resource: `["contracts", ID, "positions"]`. A path whose segments are named
    /// goes before one with parameters.
    pub(super) fn find(&self, method: &Method, resource: &[&str]) -> Option<Operation<'_>> {
        let path = [API.as_slice(), resource].concat();
        let fits =
            |operation: &Operation<'_>| operation.method == method && operation.is_path(&path);
        self.operations().filter(fits).min_by_key(|operation| operation.path.matches('{').count())
    }

    /// The resources that have a list: path without `/api/v1`, and what the list is about.
    pub(super) fn lists(&self) -> Vec<(&str, &str)> {
        let lists = self.operations().filter(|operation| operation.items().is_some());
        let lists = lists.filter_map(|operation| {
            Some((operation.path.strip_prefix("/api/v1/")?, operation.summary()))
        });
        lists.collect()
    }

    /// The methods that a resource takes.
    pub(super) fn methods(&self, resource: &[&str]) -> Vec<String> {
        let path = [API.as_slice(), resource].concat();
        let operations = self.operations().filter(|operation| operation.is_path(&path));
        operations.map(|operation| operation.method.to_string()).collect()
    }

    /// The lists of resources without a record before them, as a text.
    pub(super) fn resources(&self) -> String {
        let names = self.lists().into_iter().map(|(path, _)| path);
        names.filter(|path| !path.contains('{')).collect::<Vec<_>>().join(", ")
    }
}

/// The method of a member of a path item.
fn method(name: &str) -> Option<Method> {
    Some(match name {
        "get" => Method::GET,
        "post" => Method::POST,
        "put" => Method::PUT,
        "patch" => Method::PATCH,
        "delete" => Method::DELETE,
        _ => return None,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A document with a record that this program knows nothing of.
    pub(in super::super) fn boats() -> Document {
        let schemas = json!({
            "Boat": boat(), "Named": named(), "NewBoat": new_boat(), "Money": money(),
            "Status": {"type": "string", "enum": ["afloat", "sunk"]},
        });
        Document::from_json(json!({"paths": paths(), "components": {"schemas": schemas}}))
    }

    fn paths() -> Value {
        let answer = |name: &str| {
            let schema = schema(name);
            json!({"200": {"content": {"application/json": {"schema": schema}}}})
        };
        let page = json!({"200": {"content": {"application/json": {"schema": page()}}}});
        let parameters = json!([
            {"name": "status", "in": "query", "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        ]);
        let list = json!({"operationId": "list_boats", "summary": "List boats.",
            "parameters": parameters, "responses": page});
        let body = json!({"content": {"application/json": {"schema": schema("NewBoat")}}});
        let create = json!({"operationId": "create_boat", "requestBody": body,
            "responses": answer("Boat")});
        json!({
            "/api/v1/boats": {"parameters": [], "get": list, "post": create},
            "/api/v1/boats/{id}": {
                "get": {"operationId": "get_boat", "responses": answer("Boat")}},
            "/api/v1/boats/rules": {"get": {"operationId": "get_rules", "responses": {}}},
            "/api/v1/boats/{id}/crew": {"get": {"operationId": "list_crew", "responses": page}},
        })
    }

    fn schema(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn page() -> Value {
        json!({"type": "object", "properties": {
            "data": {"type": "array", "items": schema("Boat")},
            "next_cursor": {"type": ["string", "null"]},
        }})
    }

    fn boat() -> Value {
        let own = json!({"type": "object", "properties": {
            "built_on": {"type": ["string", "null"], "format": "date"},
            "berth": {"type": ["string", "null"]},
            "status": {"oneOf": [schema("Status"), {"type": "null"}]},
            "value": schema("Money"),
            "metadata": {"type": "object", "additionalProperties": true},
            "owner_id": {"type": "string", "format": "uuid"},
            "version": {"type": "integer"},
            "created_at": {"type": "string", "format": "date-time"},
        }});
        json!({"allOf": [schema("Named"), own]})
    }

    fn named() -> Value {
        json!({"type": "object", "properties": {
            "id": {"type": "string", "format": "uuid"}, "name": {"type": "string"},
        }})
    }

    fn money() -> Value {
        json!({"type": "object", "properties": {
            "amount_minor": {"type": "integer"}, "currency": {"type": "string"},
        }})
    }

    fn new_boat() -> Value {
        let properties = json!({
            "name": {"type": "string"},
            "length": {"type": "number"},
            "seats": {"type": ["integer", "null"]},
            "motor": {"type": "boolean"},
            "built_on": {"type": ["string", "null"], "format": "date"},
            "note": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "value": {"oneOf": [schema("Money"), {"type": "null"}]},
            "metadata": {"type": ["object", "null"], "additionalProperties": true},
            "parent": schema("NewBoat"),
        });
        json!({"type": "object", "additionalProperties": false, "properties": properties})
    }

    fn id(document: &Document, resource: &[&str]) -> Option<String> {
        document.find(&Method::GET, resource).map(|operation| operation.id().to_owned())
    }

    #[test]
    fn a_resource_is_found_by_its_path_and_a_name_goes_before_a_parameter() {
        let document = boats();
        assert_eq!(id(&document, &["boats"]).as_deref(), Some("list_boats"));
        assert_eq!(id(&document, &["boats", "7"]).as_deref(), Some("get_boat"));
        assert_eq!(id(&document, &["boats", "rules"]).as_deref(), Some("get_rules"));
        assert_eq!(id(&document, &["boats", "7", "crew"]).as_deref(), Some("list_crew"));
        assert_eq!(id(&document, &["boats", "7", "crew", "8"]), None);
        assert!(document.find(&Method::DELETE, &["boats", "7"]).is_none());
        assert_eq!(document.named("create_boat").unwrap().path, "/api/v1/boats");
    }

    #[test]
    fn the_lists_of_a_server_are_told() {
        let document = boats();
        assert_eq!(document.lists(), [("boats", "List boats."), ("boats/{id}/crew", "")]);
        assert_eq!(document.resources(), "boats");
    }
}
