use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The most bytes that the running executions of one organization hold in a process: 128 MiB.
const MOST: usize = 128 << 20;

/// An answer is longer than what is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// More calls of tools, or longer ones, than an answer may have.
    ToolCalls,
    /// More text than the executions of the organization may have together.
    Texts,
}

impl TooMuch {
    pub(super) const fn detail(self) -> &'static str {
        match self {
            Self::ToolCalls => "the answer has too many calls of tools, or too long ones",
            Self::Texts => "the running executions of the organization have too much text together",
        }
    }
}

/// How many bytes the running executions of one organization hold.
#[derive(Debug, Default)]
pub(super) struct HeldTexts(AtomicUsize);

impl HeldTexts {
    /// Holds more bytes.
    pub(super) fn hold(&self, bytes: usize) -> Result<(), TooMuch> {
        if self.0.fetch_add(bytes, Relaxed) + bytes <= MOST {
            return Ok(());
        }
        self.release(bytes);
        Err(TooMuch::Texts)
    }

    pub(super) fn release(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_released_can_be_held_again() {
        let texts = HeldTexts::default();
        assert_eq!(texts.hold(MOST - 1), Ok(()));
        assert_eq!(texts.hold(2), Err(TooMuch::Texts));
        assert_eq!(texts.hold(1), Ok(()));
        texts.release(MOST);
        assert_eq!(texts.hold(MOST), Ok(()));
    }
}
