//! Descriptions of the operations and answers that are declared without one.

use actix_web::http::StatusCode;
use utoipa::openapi::{Components, OpenApi, RefOr, Schema, path::Operation, response::Response};

use super::{
    operations::{operations_mut, permission},
    schemas::target,
};

pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.take().unwrap_or_default();
    for (_, operation) in operations_mut(document) {
        describe_permission(operation);
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

fn describe_permission(operation: &mut Operation) {
    let need = match permission(operation) {
        None => "Needs no credential.".to_owned(),
        Some(None) => "Needs a credential, but no permission.".to_owned(),
        Some(Some(permission)) => format!("Needs the permission `{permission}`."),
    };
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{need}"),
        _ => need,
    });
}

/// The description of the answer's schema, or the name of the status.
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
