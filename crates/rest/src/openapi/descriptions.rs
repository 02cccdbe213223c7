//! The descriptions of operations and answers that their declarations leave
//! out.

use actix_web::http::StatusCode;
use utoipa::openapi::{Components, OpenApi, RefOr, Schema, path::Operation, response::Response};

use super::{
    operations::{operations_mut, permission},
    schemas::target,
};

pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.take().unwrap_or_default();
    for (_, operation) in operations_mut(document) {
        say_who_may(operation);
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && response.description.is_empty()
            {
                response.description = describe(&components, status, response);
            }
        }
    }
    document.components = Some(components);
}

fn say_who_may(operation: &mut Operation) {
    let need = match permission(operation) {
        None => "Needs no credential.".to_owned(),
        Some(None) => "Needs a credential, and no permission.".to_owned(),
        Some(Some(permission)) => format!("Needs the permission `{permission}`."),
    };
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{need}"),
        _ => need,
    });
}

/// The description of the schema of the answer, or the status in words.
fn describe(components: &Components, status: &str, response: &Response) -> String {
    let about = response.content.values().find_map(|content| {
        let RefOr::T(content) = content else { return None };
        let Some(RefOr::Ref(reference)) = &content.schema else { return None };
        match target(components, reference)?.1 {
            RefOr::T(Schema::Object(object)) => object.description.clone(),
            RefOr::T(Schema::AllOf(parts)) => parts.description.clone(),
            _ => None,
        }
    });
    let status = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    about.or_else(|| Some(status?.canonical_reason()?.to_owned())).unwrap_or_default()
}
