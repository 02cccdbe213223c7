/// Tells which addresses users may have called.
pub trait OutgoingAddresses: Send + Sync {
    /// Checks an address that a user enters: `https://api.example.com/v1`. Names are resolved only
    /// when they are called.
    ///
    /// # Errors
    /// Why it is refused, as the end of a sentence: `must begin with https://`.
    fn check(&self, address: &str) -> Result<(), String>;

    /// The same for an address that may have a query: `https://example.com/hook?id=1`.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    fn check_url(&self, address: &str) -> Result<(), String>;
}
