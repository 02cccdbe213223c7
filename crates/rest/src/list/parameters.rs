//! The parameters of lists in the OpenAPI document.

use std::marker::PhantomData;

use plinth_ports::SortKey;
use serde_json::{Value, json};
use utoipa::{
    IntoParams,
    openapi::{
        KnownFormat, ObjectBuilder, SchemaFormat, Type,
        extensions::Extensions,
        path::{Parameter, ParameterIn},
    },
};

use super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::parameter::{query, text};

/// What every list with these orders takes, beside its own filters.
pub(crate) struct Paging<K>(PhantomData<K>);

/// What a list that has one order takes, beside its own filters.
pub(crate) struct Placed;

/// `?limit=`.
pub(crate) struct Limit;

/// `?archived=`.
pub(crate) struct Archived;

impl IntoParams for Archived {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let values = ObjectBuilder::new()
            .schema_type(Type::String)
            .default(Some("false".into()))
            .enum_values(Some(["false", "true", "any"]))
            .extensions(Some(varnames(["ACTIVE", "ARCHIVED", "ANY"])));
        vec![query(
            "archived",
            "Whether they are archived; with a `status`, `any` by default",
            values,
        )]
    }
}

impl<K: SortKey> IntoParams for Paging<K> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            query("sort", "The order; by default the newest first", order::<K>()),
            limit(),
            cursor(),
        ];
        parameters.extend(range("created_after", "created_before", "Created"));
        if K::CHANGES {
            parameters.extend(range("updated_after", "updated_before", "Last changed"));
        }
        let about = "Adds the number of items on all pages, counted up to 10,000";
        let flag = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()));
        parameters.push(query("total", about, flag));
        parameters
    }
}

impl IntoParams for Placed {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![limit(), cursor()]
    }
}

impl IntoParams for Limit {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![limit()]
    }
}

fn range(after: &str, before: &str, what: &str) -> [Parameter; 2] {
    let time = || {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format))
    };
    let day = "a day such as 2026-11-20 means its beginning in UTC";
    [
        query(after, &format!("{what} at or after this time; {day}"), time()),
        query(before, &format!("{what} before this time; {day}"), time()),
    ]
}

fn cursor() -> Parameter {
    let about = "`next_cursor` of the page before, with the same filters and order";
    query("cursor", about, text("^[A-Za-z0-9_-]+$"))
}

fn limit() -> Parameter {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(MAX_LIMIT))
        .default(Some(DEFAULT_LIMIT.into()));
    query("limit", "The most items of the page", number)
}

/// Each order, ascending and descending. The default is the first one, descending.
fn order<K: SortKey>() -> ObjectBuilder {
    let both = |key: &K| [key.name().to_owned(), format!("-{}", key.name())];
    let values = K::ALL.iter().flat_map(both).collect::<Vec<_>>();
    let default = values.get(1).cloned().map(Value::from);
    // Generators make names of values, and `-` is in no name.
    let name = |value: &String| match value.strip_prefix('-') {
        Some(key) => format!("{}_DESCENDING", key.to_uppercase()),
        None => value.to_uppercase(),
    };
    let names = values.iter().map(name).collect::<Vec<_>>();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The order of a list; `-` in front is descending."))
        .default(default)
        .enum_values(Some(values))
        .extensions(Some(varnames(names)))
}

/// The names that generators give to the values of an enum.
fn varnames(names: impl IntoIterator<Item = impl Into<String>>) -> Extensions {
    let names = names.into_iter().map(Into::into).collect::<Vec<String>>();
    [("x-enum-varnames", json!(names))].into_iter().collect()
}
