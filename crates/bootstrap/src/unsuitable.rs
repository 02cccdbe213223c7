use std::error::Error;

/// A setting that is valid, but cannot work on this machine: a directory that cannot be written. A
/// program that finds one at its start ends with the exit code of invalid settings, because a
/// restart does not help.
#[derive(Debug, thiserror::Error)]
#[error("the setting {setting} does not work")]
pub struct Unsuitable {
    /// The setting's name.
    pub setting: &'static str,
    /// The reason.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

impl Unsuitable {
    /// Whether it is the error or one of its sources.
    pub(crate) fn caused(error: &(dyn Error + 'static)) -> bool {
        error.is::<Self>() || error.source().is_some_and(Self::caused)
    }
}
