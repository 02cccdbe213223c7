use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaKeyPair,
    },
};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://id.example.com";
/// Seconds since 1970.
const NOW: f64 = 1_800_000_000.0;

const ACCESS_TOKEN: &str = "an access token";

/// A provider with a key of each kind.
struct Provider {
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    rsa: RsaKeyPair,
}

impl Provider {
    fn new() -> Self {
        Self {
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            ed: Ed25519KeyPair::generate().unwrap(),
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        }
    }

    fn keys(&self) -> Keys {
        let (point, ed) = (self.ec.public_key().as_ref(), self.ed.public_key().as_ref());
        // RFC 8017, A.1.1: a sequence of two integers, here of 2048 and 17 bits.
        let rsa = self.rsa.public_key().as_ref();
        let (n, e) = (&rsa[9..265], &rsa[267..]);
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let set = json!({"keys": [
            {"kty": "of the future", "kid": "odd"},
            {"kty": "RSA", "kid": "rsa", "use": "sig", "n": text(n), "e": text(e)},
            {"kty": "EC", "crv": "P-256", "kid": "ec", "x": text(&point[1..33]), "y": text(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "x": text(ed)},
        ]});
        Keys::parse(set.to_string().as_bytes()).unwrap()
    }

    fn sign(&self, algorithm: &str, kid: Option<&str>, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({"alg": algorithm, "kid": kid})), part(claims));
        let (random, bytes) = (SystemRandom::new(), message.as_bytes());
        let signature = match algorithm {
            "EdDSA" => self.ed.sign(bytes).as_ref().to_vec(),
            "RS256" => {
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature).unwrap();
                signature
            }
            _ => self.ec.sign(&random, bytes).unwrap().as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn verify(&self, token: &str) -> Result<Claims, OidcError> {
        let access_token = SecretString::from(ACCESS_TOKEN);
        let expected = Expected {
            issuer: ISSUER,
            audience: "plinth",
            nonce: "once",
            access_token: &access_token,
            now: time(NOW).unwrap(),
            claim: Some("groups"),
        };
        verify(token, &head(token)?, &self.keys(), &expected)
    }

    fn verify_changed(&self, field: &str, value: Value) -> Result<Claims, OidcError> {
        let mut claims = claims();
        claims[field] = value;
        self.verify(&self.sign("ES256", Some("ec"), &claims))
    }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "7", "aud": "plinth", "exp": NOW + 300.0, "iat": NOW,
        "nonce": "once", "email": "ada@example.com", "email_verified": true, "name": "Ada",
        "auth_time": NOW - 5.0, "at_hash": half_hash(Hash::Sha256, ACCESS_TOKEN),
    })
}

#[test]
fn a_token_of_the_provider_holds_by_each_of_its_keys() {
    let provider = Provider::new();
    let claims = claims();
    let held = provider.verify(&provider.sign("ES256", Some("ec"), &claims)).unwrap();
    assert_eq!((held.sub.as_str(), held.email_verified.is_true()), ("7", true));
    assert!(held.authenticated_at().unwrap().is_some());
    // Without a name, the one key for the algorithm.
    provider.verify(&provider.sign("ES256", None, &claims)).unwrap();
    provider.verify(&provider.sign("RS256", Some("rsa"), &claims)).unwrap();
    let mut claims = claims;
    claims["at_hash"] = json!(half_hash(Hash::Sha512, ACCESS_TOKEN));
    provider.verify(&provider.sign("EdDSA", Some("ed"), &claims)).unwrap();
}

#[test]
fn the_values_of_a_claim_are_a_text_or_the_texts_of_a_list() {
    let provider = Provider::new();
    for (given, values) in [
        (json!(["staff", 7, "admins", ["x"]]), vec!["staff", "admins"]),
        (json!("staff"), vec!["staff"]),
        (json!({"staff": true}), vec![]),
        (json!(null), vec![]),
    ] {
        assert_eq!(provider.verify_changed("groups", given).unwrap().values, values);
    }
    let many: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    assert_eq!(provider.verify_changed("groups", json!(many)).unwrap().values.len(), MAX_VALUES);
}

#[test]
fn an_address_is_verified_denied_or_neither() {
    let provider = Provider::new();
    for (given, is_true, is_denied) in [
        (json!(true), true, false),
        (json!("true"), true, false),
        (json!(false), false, true),
        (json!("yes"), false, true),
        (json!(null), false, false),
    ] {
        let flag = provider.verify_changed("email_verified", given).unwrap().email_verified;
        assert_eq!((flag.is_true(), flag.is_denied()), (is_true, is_denied));
    }
}

#[test]
fn a_token_of_another_key_or_with_other_bytes_is_refused() {
    let (provider, other) = (Provider::new(), Provider::new());
    let token = other.sign("ES256", Some("ec"), &claims());
    assert!(provider.verify(&token).is_err());
    for kid in ["ed", "unknown", "odd"] {
        let token = provider.sign("ES256", Some(kid), &claims());
        assert!(provider.verify(&token).is_err(), "{kid}");
    }
    let good = provider.sign("ES256", Some("ec"), &claims());
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let mut changed = claims();
    changed["sub"] = json!("8");
    let changed = URL_SAFE_NO_PAD.encode(changed.to_string());
    assert!(provider.verify(&format!("{head}.{changed}.{signature}")).is_err());
    assert!(provider.verify(&format!("{head}.{body}.")).is_err());
}

#[test]
fn a_token_without_a_signature_or_by_a_shared_secret_is_refused() {
    let provider = Provider::new();
    let body = URL_SAFE_NO_PAD.encode(claims().to_string());
    for alg in ["none", "None", "HS256", "HS512", "", "ES512"] {
        let head = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": "ec"}).to_string());
        assert!(provider.verify(&format!("{head}.{body}.")).is_err(), "{alg}");
    }
    let critical =
        URL_SAFE_NO_PAD.encode(json!({"alg": "ES256", "kid": "ec", "crit": ["x"]}).to_string());
    assert!(provider.verify(&format!("{critical}.{body}.AA")).is_err());
}

#[test]
fn each_claim_of_a_token_is_the_expected_one() {
    let provider = Provider::new();
    for (field, value) in [
        ("iss", json!("https://id.example.com/")),
        ("iss", json!("https://other.example.com")),
        ("iss", Value::Null),
        ("aud", json!("another client")),
        ("aud", json!(["another client"])),
        // Of several clients, and not issued to this one.
        ("aud", json!(["plinth", "another client"])),
        ("azp", json!("another client")),
        ("nonce", json!("twice")),
        ("nonce", Value::Null),
        ("exp", json!(NOW - 61.0)),
        ("exp", Value::Null),
        ("iat", json!(NOW + 120.0)),
        ("iat", Value::Null),
        ("nbf", json!(NOW + 120.0)),
        ("sub", json!("")),
        ("sub", json!("a".repeat(256))),
        ("sub", json!("7\n")),
        ("sub", Value::Null),
        ("at_hash", json!("AAAA")),
    ] {
        assert!(provider.verify_changed(field, value.clone()).is_err(), "{field}: {value}");
    }
    // Within the leeway of clocks, and for several clients when issued to this one.
    provider.verify_changed("exp", json!(NOW - 30.0)).unwrap();
    provider.verify_changed("iat", json!(NOW + 30.0)).unwrap();
    let mut shared = claims();
    shared["aud"] = json!(["plinth", "another client"]);
    shared["azp"] = json!("plinth");
    provider.verify(&provider.sign("ES256", Some("ec"), &shared)).unwrap();
}

#[test]
fn an_address_is_verified_only_where_the_provider_says_so() {
    let provider = Provider::new();
    let is_verified =
        |value| provider.verify_changed("email_verified", value).unwrap().email_verified.is_true();
    assert!(is_verified(json!(true)) && is_verified(json!("true")));
    for value in [json!(false), json!("false"), json!(1), Value::Null, json!("yes")] {
        assert!(!is_verified(value.clone()), "{value}");
    }
}

#[test]
fn a_token_that_is_too_long_is_not_parsed() {
    assert!(head(&"a".repeat(MAX_BYTES + 1)).is_err());
}
