//! Protocol and headers of OTLP, the OpenTelemetry Protocol.

use std::fmt;

use secrecy::SecretString;

/// The transport of OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtlpProtocol {
    /// Protobuf over HTTP, usually on port 4318.
    Http,
    /// gRPC, usually on port 4317.
    Grpc,
}

/// Headers of every export, such as a vendor's API key.
#[derive(Clone, Default)]
pub struct OtlpHeaders(Vec<(String, SecretString)>);

impl OtlpHeaders {
    /// Name in lowercase and value of each header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Parses `name=value,name=value` as OpenTelemetry defines `OTEL_EXPORTER_OTLP_HEADERS`: W3C
    /// Baggage without properties, with percent-encoded values.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let headers = pairs.map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            let value = percent_decoded(value.trim())?;
            let visible = value.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
            (!name.is_empty() && name.bytes().all(token) && visible)
                .then(|| (name, SecretString::from(value)))
        });
        headers.collect::<Option<Vec<_>>>().map(Self)
    }
}

impl fmt::Debug for OtlpHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
