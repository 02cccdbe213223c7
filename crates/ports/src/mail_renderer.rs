use plinth_domain::Language;

use crate::MailContent;

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// An offer of membership, with a link that accepts it.
    Invitation,
    /// A link that proves that the address is the account's.
    VerifyEmail,
    /// A link by which the account gets a new password.
    ResetPassword,
    /// The account has another password.
    PasswordChanged,
    /// The account has a new API key.
    ApiKeyCreated,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Invitation,
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ApiKeyCreated,
    ];

    /// The name of its template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::PasswordChanged => "password-changed",
            Self::ApiKeyCreated => "api-key-created",
        }
    }

    /// The values that its template may use, beside the recipient's name.
    #[must_use]
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Invitation => &["organization", "inviter", "role", "days"],
            Self::VerifyEmail => &["hours"],
            Self::ResetPassword => &["minutes"],
            Self::PasswordChanged => &["time"],
            Self::ApiKeyCreated => &["organization", "key", "time"],
        }
    }
}

/// What a mail is to say. Values may come from users; each is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDraft {
    /// What it is about.
    pub kind: MailKind,
    /// The language.
    pub language: Language,
    /// The recipient's name; `None` for an address without an account.
    pub recipient: Option<String>,
    /// The values of [`MailKind::values`].
    pub values: Vec<(&'static str, String)>,
    /// Where its button leads.
    pub link: Option<String>,
}

impl MailDraft {
    /// An example, for previews and to check templates.
    #[must_use]
    pub fn sample(kind: MailKind, language: Language) -> Self {
        let value = |name| match name {
            "organization" => "Harbour & Sons <Ltd>",
            "inviter" => "Ada Lovelace",
            "role" => "member",
            "key" => "nightly import",
            "time" => "2026-12-01 09:30 UTC",
            "days" => "7",
            "hours" => "24",
            _ => "60",
        };
        Self {
            kind,
            language,
            recipient: Some("Grace Hopper".to_owned()),
            values: kind.values().iter().map(|name| (*name, value(*name).to_owned())).collect(),
            link: Some("https://plinth.example/link#token".to_owned()),
        }
    }
}

/// A template cannot be rendered: a fault of the installation's own templates.
#[derive(Debug, thiserror::Error)]
#[error("the template of the mail {name} cannot be rendered")]
pub struct MailTemplateError {
    /// The template.
    pub name: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Renders mails.
pub trait MailRenderer: Send + Sync {
    /// The subject and the body.
    fn render(&self, draft: &MailDraft) -> Result<MailContent, MailTemplateError>;
}
