use std::time::Duration;

use chrono::DateTime;
use plinth_domain::{JsonObject, WebhookHeaders};
use uuid::Uuid;

use super::*;

fn call(secrets: &[&str]) -> WebhookCall {
    WebhookCall {
        url: "https://example.com/hook".to_owned(),
        headers: WebhookHeaders::default(),
        secrets: secrets.iter().map(|secret| SecretString::from(*secret)).collect(),
        id: Uuid::from_u128(7),
        at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        body: JsonObject::from_parsed("{\"a\":1}".to_owned()),
        timeout: Duration::from_secs(1),
    }
}

/// `printf '%s' '00000000-0000-0000-0000-000000000007.1700000000.{"a":1}' |
/// openssl dgst -sha256 -hmac 'plinth' -binary | base64`
const SIGNATURE: &str = "v1,jqkNgpUooEiuO7a+cnSP8O9Xs4mfXaX0aNfVvpjpM5Q=";

#[test]
fn the_signature_is_hmac_sha256_over_id_time_and_body() {
    assert_eq!(sign(&call(&["whsec_cGxpbnRo"])).unwrap(), SIGNATURE);
}

#[test]
fn each_secret_signs() {
    let signed = sign(&call(&["whsec_b3RoZXI=", "whsec_cGxpbnRo"])).unwrap();
    let (other, known) = signed.split_once(' ').unwrap();
    assert_eq!(known, SIGNATURE);
    assert_ne!(other, SIGNATURE);
}
