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
    /// A webhook gets nothing more.
    WebhookPaused,
    /// Someone has logged in by a client that the account was not used by before.
    NewDevice,
    /// To a new address: a link that proves it.
    ChangeEmail,
    /// To the address of before: another one was asked for.
    EmailChangeRequested,
    /// To the address of before: a link that lets the new one take its place.
    ConfirmEmailChange,
    /// To the address of before: the account has another one.
    EmailChanged,
    /// A link that completes a registration.
    CompleteRegistration,
    /// Someone has tried to register an address that has an account.
    AlreadyRegistered,
    /// The export that the account has asked for can be downloaded.
    ExportReady,
    /// An identity at a provider logs in to the account from now on.
    IdentityLinked,
    /// A comment mentions the recipient.
    CommentMention,
    /// A member comments on what the recipient has commented on before.
    CommentReply,
    /// What the recipient has not read of the last day.
    NotificationDigest,
    /// An owner has logged in without the connection that the organization requires.
    BreakGlass,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Invitation,
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ApiKeyCreated,
        Self::WebhookPaused,
        Self::NewDevice,
        Self::ChangeEmail,
        Self::EmailChangeRequested,
        Self::ConfirmEmailChange,
        Self::EmailChanged,
        Self::CompleteRegistration,
        Self::AlreadyRegistered,
        Self::ExportReady,
        Self::IdentityLinked,
        Self::CommentMention,
        Self::CommentReply,
        Self::NotificationDigest,
        Self::BreakGlass,
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
            Self::WebhookPaused => "webhook-paused",
            Self::NewDevice => "new-device",
            Self::ChangeEmail => "change-email",
            Self::EmailChangeRequested => "email-change-requested",
            Self::ConfirmEmailChange => "confirm-email-change",
            Self::EmailChanged => "email-changed",
            Self::CompleteRegistration => "complete-registration",
            Self::AlreadyRegistered => "already-registered",
            Self::ExportReady => "export-ready",
            Self::IdentityLinked => "identity-linked",
            Self::CommentMention => "comment-mention",
            Self::CommentReply => "comment-reply",
            Self::NotificationDigest => "notification-digest",
            Self::BreakGlass => "break-glass",
        }
    }

    /// The values that its template may use, beside the recipient's name.
    #[must_use]
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Invitation => &["organization", "inviter", "role", "days"],
            Self::ResetPassword => &["minutes"],
            Self::PasswordChanged => &["time"],
            Self::ApiKeyCreated => &["organization", "key", "time"],
            Self::WebhookPaused => &["organization", "url", "reason", "time"],
            Self::NewDevice => &["time", "device", "address"],
            Self::VerifyEmail | Self::ChangeEmail | Self::CompleteRegistration => &["hours"],
            Self::ConfirmEmailChange => &["new_address", "hours"],
            Self::EmailChangeRequested | Self::EmailChanged => &["new_address", "time"],
            Self::AlreadyRegistered => &[],
            Self::ExportReady => &["organization", "days"],
            Self::IdentityLinked => &["provider", "time"],
            Self::CommentMention | Self::CommentReply => &["organization", "author"],
            Self::NotificationDigest => &["organization", "mentions", "replies"],
            Self::BreakGlass => &["organization", "owner", "time", "address"],
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
            "inviter" | "author" | "owner" => "Ada Lovelace",
            "mentions" => "1",
            "replies" => "3",
            "provider" => "Example ID",
            "role" => "member",
            "key" => "nightly import",
            "time" => "2026-12-01 09:30 UTC",
            "days" => "7",
            "hours" => "24",
            "url" => "https://example.com/hooks/plinth",
            "reason" => "failing",
            "device" => "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "address" => "203.0.113.7",
            "new_address" => "grace@example.com",
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
