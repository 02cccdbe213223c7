use actix_web::{dev::ServiceRequest, http::Method};

/// The method's name in metrics, traces and logs. A client can make up methods of any length and
/// number; all of them have the one name of OpenTelemetry's semantic conventions.
pub(super) fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "_OTHER",
    }
}

/// The method that a client names in `X-HTTP-Method-Override`, because its network lets only GET and
/// POST through. Only resumable uploads have it (tus 1.0.0).
pub(super) fn meant(request: &ServiceRequest) -> Option<Method> {
    let named = request.headers().get("x-http-method-override")?;
    let is_upload = request.path().starts_with("/api/v1/uploads/");
    let known = [Method::PATCH, Method::DELETE, Method::HEAD];
    let meant = known.into_iter().find(|method| named.as_bytes() == method.as_str().as_bytes());
    meant.filter(|_| is_upload && *request.method() == Method::POST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_client_can_make_a_new_name(text in "[A-Za-z]{1,12}|GET|get|PATCH") {
            let standard = [
                "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
            ];
            let name = name(&Method::from_bytes(text.as_bytes()).unwrap());
            if standard.contains(&&*text) {
                prop_assert_eq!(name, text);
            } else {
                prop_assert_eq!(name, "_OTHER");
            }
        }
    }
}
