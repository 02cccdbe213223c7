//! Users belong to no organization: the [`SystemUnit`](crate::SystemUnit)
//! stores them.

use super::Constraint;

/// Another user has the e-mail address.
pub const EMAIL_TAKEN: Constraint = Constraint("users_email_key");
