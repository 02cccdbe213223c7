use uuid::Uuid;

/// The kinds of record that members comment on. Comments are removed with their subject, so each kind
/// is of records that a command removes, or that stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentSubjectKind {
    /// A transaction of a bank statement.
    BankTransaction,
    /// A contract.
    Contract,
    /// A data set.
    Dataset,
    /// A document.
    Document,
    /// An evaluation.
    Evaluation,
    /// An invoice.
    Invoice,
    /// A party.
    Party,
    /// A payment.
    Payment,
    /// A project.
    Project,
    /// A prompt.
    Prompt,
}

impl CommentSubjectKind {
    /// Every kind, in the order of the names.
    pub const ALL: [Self; 10] = [
        Self::BankTransaction,
        Self::Contract,
        Self::Dataset,
        Self::Document,
        Self::Evaluation,
        Self::Invoice,
        Self::Party,
        Self::Payment,
        Self::Project,
        Self::Prompt,
    ];

    /// Its name in the API, in the database and in the audit log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BankTransaction => "bank_transaction",
            Self::Contract => "contract",
            Self::Dataset => "dataset",
            Self::Document => "document",
            Self::Evaluation => "evaluation",
            Self::Invoice => "invoice",
            Self::Party => "party",
            Self::Payment => "payment",
            Self::Project => "project",
            Self::Prompt => "prompt",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The record that a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommentSubject {
    /// Its kind.
    pub kind: CommentSubjectKind,
    /// Its identity.
    pub id: Uuid,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_kind() {
        for kind in CommentSubjectKind::ALL {
            assert_eq!(CommentSubjectKind::from_name(kind.name()), Some(kind));
        }
        assert!(CommentSubjectKind::ALL.is_sorted_by_key(|kind| kind.name()));
        assert_eq!(CommentSubjectKind::from_name("session"), None);
    }
}
