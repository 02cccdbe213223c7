//! The parameters of lists in the OpenAPI document.

use std::marker::PhantomData;

use plinth_ports::SortKey;
use serde_json::{Value, json};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        extensions::Extensions,
        path::{Parameter, ParameterIn},
    },
};

use super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::parameter::{query, text};

/// `?sort=`, `?limit=` and `?cursor=` of a list with these orders.
pub(crate) struct Paging<K>(PhantomData<K>);

/// `?limit=`.
pub(crate) struct Limit;

impl<K: SortKey> IntoParams for Paging<K> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`next_cursor` of the page before, with the same filters and order";
        let cursor = query("cursor", about, text("^[A-Za-z0-9_-]+$"));
        vec![query("sort", "The order; by default the newest first", order::<K>()), limit(), cursor]
    }
}

impl IntoParams for Limit {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![limit()]
    }
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
    let names = json!(values.iter().map(name).collect::<Vec<_>>());
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The order of a list; `-` in front is descending."))
        .default(default)
        .enum_values(Some(values))
        .extensions(Some([("x-enum-varnames", names)].into_iter().collect::<Extensions>()))
}
