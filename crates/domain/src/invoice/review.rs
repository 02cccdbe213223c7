use super::{Invoice, InvoiceDirection, InvoiceError, Place};
use crate::{Invalid, Timestamp, UserId};

crate::codes! {
    APPROVAL_UNEXPECTED = "invoice.approval_unexpected", "Only an incoming invoice is approved.";
    APPROVAL_OWN = "invoice.approval_own",
        "The approval is another person's than the one who created the draft or changed it last.";
}

/// Who wrote a draft, and who approved it. What is absent is not known: older invoices have nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Review {
    /// Who created it; behind an API key, the person who created the key.
    pub created_by: Option<UserId>,
    /// Who changed it last.
    pub edited_by: Option<UserId>,
    /// Who approved it as it is.
    pub approval: Option<Approval>,
}

/// The approval of one version of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Who approved it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

impl Review {
    /// A draft that is created.
    #[must_use]
    pub const fn created(by: UserId) -> Self {
        Self { created_by: Some(by), edited_by: Some(by), approval: None }
    }

    /// A draft that is changed: the approval was one of what it said before.
    #[must_use]
    pub const fn edited(self, by: UserId) -> Self {
        Self { edited_by: Some(by), approval: None, ..self }
    }
}

impl Invoice {
    /// The draft of an incoming invoice, approved by a second person.
    pub fn approve(self, by: UserId, at: Timestamp) -> Result<Self, InvoiceError> {
        self.expect_draft("approve it")?;
        if self.content.direction != InvoiceDirection::Payable {
            let invalid = Invalid::new(APPROVAL_UNEXPECTED, "the invoice is the organization's");
            return Err(Place::Field("direction").error(invalid));
        }
        if [self.review.created_by, self.review.edited_by].contains(&Some(by)) {
            let invalid = Invalid::new(APPROVAL_OWN, "the same person wrote it");
            return Err(Place::Field("approved_by").error(invalid));
        }
        let review = Review { approval: Some(Approval { by, at }), ..self.review };
        Ok(Self { review, revision: self.revision.next(at), ..self })
    }
}
