use super::optional_fields;
use crate::{Email, Name, Text};

optional_fields! {
    /// Who is asked about an invoice.
    Contact, ContactChanges {
        /// The name of a person or of a department.
        name: Name,
        /// The e-mail address.
        email: Email,
        /// The telephone number, as it is written.
        phone: Text<50>,
    }
}
