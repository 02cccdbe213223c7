//! What every list answers beside JSON: all of its pages as CSV.

use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, RefOr, Response, schema::Type};

use super::{
    headers,
    operations::operations_mut,
    schemas::{is_page, named},
};
use crate::list::MAX_ROWS;

/// The lines of an export.
const TABLE: &str = "CsvTable";

/// Declares CSV for each list. It has to run before the pages get their public names.
pub(super) fn complete(document: &mut OpenApi) {
    for (_, operation) in operations_mut(document) {
        let Some(RefOr::T(response)) = operation.responses.responses.get_mut("200") else {
            continue;
        };
        if is_list(response) {
            let content = ContentBuilder::new().schema(Some(named(TABLE))).build();
            response.content.insert("text/csv".to_owned(), content.into());
            let header = RefOr::T(headers::sometimes("Content-Disposition"));
            response.headers.insert("Content-Disposition".to_owned(), header);
        }
    }
    let about = format!(
        "All items of a list as CSV (RFC 4180), in UTF-8 without a byte order mark: a line of names, \
         and a line for each item. The columns are the fields of an item, those of objects as \
         `address.city`; `id` is the first, the others follow by name. Lists, and objects of the \
         client, are JSON; `null` is empty. A text that begins with `=`, `+`, `-`, `@`, a tab or a \
         carriage return has an apostrophe in front, unless it is a number; so has one that begins with \
         apostrophes before such a character. The filters and the order \
         are those of the list; `limit` and `total` have no effect. An answer with more than \
         {MAX_ROWS} items, or one that takes longer than a request may, ends without its last chunk."
    );
    let table = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
    let components = document.components.get_or_insert_default();
    components.schemas.insert(TABLE.to_owned(), table.into());
}

fn is_list(response: &Response) -> bool {
    let content = response.content.get("application/json");
    let Some(RefOr::T(content)) = content else { return false };
    matches!(&content.schema, Some(RefOr::Ref(reference)) if is_page(reference))
}
