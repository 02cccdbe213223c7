use secrecy::{ExposeSecret, SecretString};

/// The most characters that a detail has.
const MAX_CHARS: usize = 500;

/// A provider's text as it may be stored and shown: short, in one line, without the secret, also
/// where JSON escapes characters of it.
pub(crate) fn redacted(detail: String, secret: Option<&SecretString>) -> String {
    let mut text = detail;
    if let Some(secret) = secret.map(ExposeSecret::expose_secret).filter(|it| !it.is_empty()) {
        text = text.replace(secret, "***");
        let escaped = serde_json::Value::from(secret).to_string();
        text = text.replace(escaped.trim_matches('"'), "***");
    }
    let line = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    line.take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_one_short_line_without_the_secret() {
        let secret = SecretString::from(r#"sk-"canary\"#);
        let long = format!("{}\n{}", "x".repeat(498), r#"sk-"canary\"#);
        assert_eq!(redacted(long, Some(&secret)), format!("{} *", "x".repeat(498)));
        assert_eq!(
            redacted(r#"key sk-\"canary\\ is wrong"#.to_owned(), Some(&secret)),
            "key *** is wrong"
        );
        assert_eq!(redacted("ä".to_owned(), Some(&SecretString::from(""))), "ä");
    }
}
