use plinth_domain::Timestamp;

use crate::{SealedSecret, TokenHash};

/// The second factor of an account: one-time codes of a device (RFC 6238), and recovery codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret that the device shares, encrypted for the user.
    pub secret: SealedSecret,
    /// When it was turned on; `None` while it is only begun.
    pub confirmed_at: Option<Timestamp>,
    /// The step of time of the last code that was used. No code of it, or of one before it, is
    /// taken.
    pub last_step: u64,
    /// The hashes of the recovery codes that were not used yet.
    pub recovery: Vec<TokenHash>,
}

impl SecondFactor {
    /// A factor that is not turned on yet.
    #[must_use]
    pub const fn begun(secret: SealedSecret) -> Self {
        Self { secret, confirmed_at: None, last_step: 0, recovery: Vec::new() }
    }

    /// Whether it is turned on.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// The factor after a code of this step was used; `None` for a code that may not be used any
    /// more.
    #[must_use]
    pub fn after_step(self, step: u64) -> Option<Self> {
        (step > self.last_step).then_some(Self { last_step: step, ..self })
    }

    /// The factor after a recovery code was used; `None` for one that it does not have.
    #[must_use]
    pub fn after_recovery(mut self, code: &TokenHash) -> Option<Self> {
        let index = self.recovery.iter().position(|hash| hash == code)?;
        self.recovery.remove(index);
        Some(self)
    }
}

/// A text does not fit into a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

/// Draws QR codes (ISO/IEC 18004).
pub trait QrCodes: Send + Sync {
    /// The code of a text, as SVG.
    fn svg(&self, text: &str) -> Result<String, TooLong>;
}
