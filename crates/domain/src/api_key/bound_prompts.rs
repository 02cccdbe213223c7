use crate::{Invalid, PromptId, codes};

/// The prompts that an API key is bound to: 1 to [`BoundPrompts::MAX`], each once, in the order of
/// their identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundPrompts(Vec<PromptId>);

impl BoundPrompts {
    /// The most prompts of a key.
    pub const MAX: usize = 20;

    /// Takes the prompts.
    pub fn new(mut prompts: Vec<PromptId>) -> Result<Self, Invalid> {
        prompts.sort_unstable();
        prompts.dedup();
        match prompts.len() {
            0 => Err(Invalid::new(codes::LIST_EMPTY, "at least one prompt")),
            1..=Self::MAX => Ok(Self(prompts)),
            _ => {
                let detail = format!("at most {} prompts", Self::MAX);
                Err(Invalid::new(codes::LIST_TOO_LONG, detail))
            }
        }
    }

    /// The prompts.
    #[must_use]
    pub fn as_slice(&self) -> &[PromptId] {
        &self.0
    }

    /// Whether all of `others` are among them.
    #[must_use]
    pub fn includes(&self, others: &Self) -> bool {
        others.0.iter().all(|prompt| self.0.contains(prompt))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Id;

    fn of(numbers: &[u128]) -> Result<BoundPrompts, Invalid> {
        let id = |n: &u128| Id::from_uuid(Uuid::from_u128(*n));
        BoundPrompts::new(numbers.iter().map(id).collect())
    }

    #[test]
    fn a_key_is_bound_to_one_to_twenty_prompts() {
        assert_eq!(of(&[2, 1, 2]), of(&[1, 2]));
        assert!(of(&[]).is_err());
        let many: Vec<u128> = (0..=20).collect();
        assert!(of(&many[1..]).is_ok() && of(&many).is_err());
    }

    #[test]
    fn prompts_include_a_part_of_them_and_no_other() {
        let two = of(&[1, 2]).unwrap();
        assert!(two.includes(&of(&[2]).unwrap()) && two.includes(&two));
        assert!(!two.includes(&of(&[2, 3]).unwrap()));
    }
}
