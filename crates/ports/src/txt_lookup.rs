use async_trait::async_trait;

/// The domain name system gives no answer. The text is not for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the domain name system does not answer: {0}")]
pub struct TxtError(pub String);

/// Asks the domain name system for TXT records (RFC 1035, section 3.3.14).
#[async_trait]
pub trait TxtLookup: Send + Sync {
    /// The texts of the records of a name, each with its parts joined; none for a name without
    /// records, and for one that does not exist. Nothing is cached: an organization has just published
    /// the record. What is no UTF-8 is left out.
    async fn txt(&self, name: &str) -> Result<Vec<String>, TxtError>;
}

/// Of an installation without a domain name system.
#[async_trait]
impl TxtLookup for () {
    async fn txt(&self, name: &str) -> Result<Vec<String>, TxtError> {
        Err(TxtError(name.to_owned()))
    }
}
