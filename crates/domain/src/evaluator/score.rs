use crate::{Invalid, codes};

/// A number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

/// No score is NaN.
impl Eq for Score {}

impl Score {
    /// As good as can be.
    pub const BEST: Self = Self(1.0);

    /// Checks a number.
    ///
    /// # Errors
    /// It is not from 0 to 1.
    pub fn new(number: f64) -> Result<Self, Invalid> {
        if (0.0..=1.0).contains(&number) {
            return Ok(Self(number));
        }
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "from 0 to 1"))
    }

    /// 1 for yes, 0 for no.
    #[must_use]
    pub const fn of(is_right: bool) -> Self {
        Self(if is_right { 1.0 } else { 0.0 })
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> f64 {
        self.0
    }
}
