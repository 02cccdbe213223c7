//! The templates of mails. A mail has one file for each language: lines such as `subject: …`, an empty
//! line, and paragraphs. Two layouts, of text and of HTML, are the same for all mails.

mod parts;

use std::{collections::BTreeMap, path::Path};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use plinth_domain::Language;
use plinth_ports::{MailContent, MailDraft, MailKind, MailRenderer, MailTemplateError};

use parts::Parts;

/// The largest file of a template, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// The layout whose values are escaped.
const HTML_LAYOUT: &str = "layout.html";

/// The files of this crate's folder `templates`.
const BUILT_IN: &[(&str, &str)] = built_in![
    "layout.html",
    "layout.txt",
    "de/already-registered.txt",
    "de/api-key-created.txt",
    "de/break-glass.txt",
    "de/change-email.txt",
    "de/complete-registration.txt",
    "de/confirm-email-change.txt",
    "de/email-change-requested.txt",
    "de/email-changed.txt",
    "de/new-device.txt",
    "de/export-ready.txt",
    "de/identity-linked.txt",
    "de/comment-mention.txt",
    "de/comment-reply.txt",
    "de/notification-digest.txt",
    "de/verify-email.txt",
    "de/invitation.txt",
    "de/password-changed.txt",
    "de/reset-password.txt",
    "de/webhook-paused.txt",
    "en/already-registered.txt",
    "en/api-key-created.txt",
    "en/break-glass.txt",
    "en/change-email.txt",
    "en/complete-registration.txt",
    "en/confirm-email-change.txt",
    "en/email-change-requested.txt",
    "en/email-changed.txt",
    "en/new-device.txt",
    "en/export-ready.txt",
    "en/identity-linked.txt",
    "en/comment-mention.txt",
    "en/comment-reply.txt",
    "en/notification-digest.txt",
    "en/verify-email.txt",
    "en/invitation.txt",
    "en/password-changed.txt",
    "en/reset-password.txt",
    "en/webhook-paused.txt",
];

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file cannot be read.
    #[error("{file} cannot be read")]
    Unreadable {
        /// The file.
        file: String,
        /// The error of the system.
        #[source]
        source: std::io::Error,
    },
    /// A file is too large.
    #[error("{0} has more than {MAX_BYTES} bytes")]
    TooLarge(String),
    /// A file is no template.
    #[error("{file} is no template of a mail: {reason}")]
    Invalid {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
}

/// Renders mails from templates.
pub struct MailTemplates {
    environment: Environment<'static>,
    mails: BTreeMap<String, Parts>,
    product: String,
}

impl MailTemplates {
    /// The built-in templates, with the files of `folder` in place of those of the same names.
    /// `product` is what mails call the service. Every mail is rendered once, so that a template with
    /// a fault is found at the start.
    pub fn new(product: &str, folder: Option<&Path>) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| {
            if name == HTML_LAYOUT { AutoEscape::Html } else { AutoEscape::None }
        });
        let mut mails = BTreeMap::new();
        for (name, built_in) in BUILT_IN {
            let text = match folder {
                Some(folder) => replacement(folder, name)?.unwrap_or_else(|| (*built_in).into()),
                None => (*built_in).to_owned(),
            };
            let invalid = |reason: String| TemplateError::Invalid { file: (*name).into(), reason };
            if name.starts_with("layout") {
                let added = environment.add_template_owned(*name, text);
                added.map_err(|error| invalid(error.to_string()))?;
            } else {
                mails.insert((*name).to_owned(), Parts::of(&text).map_err(invalid)?);
            }
        }
        let new = Self { environment, mails, product: product.to_owned() };
        new.check()?;
        Ok(new)
    }

    fn check(&self) -> Result<(), TemplateError> {
        for language in Language::ALL {
            for kind in MailKind::ALL {
                self.render(&MailDraft::sample(kind, language)).map_err(|fault| {
                    let reason = std::error::Error::source(&fault).map(ToString::to_string);
                    let file = file_of(kind, language);
                    TemplateError::Invalid { file, reason: reason.unwrap_or_default() }
                })?;
            }
        }
        Ok(())
    }

    fn content(&self, draft: &MailDraft) -> Result<MailContent, minijinja::Error> {
        let parts = &self.mails[&file_of(draft.kind, draft.language)];
        let line = |text: &str| text.replace(char::is_control, " ");
        let values: BTreeMap<&str, Value> = draft
            .values
            .iter()
            .map(|(name, value)| (*name, line(value)))
            .chain([("product", self.product.clone())])
            .map(|(name, value)| (name, Value::from(value)))
            .collect();
        let fill = |template: &str| self.environment.render_str(template, &values);
        let paragraphs =
            parts.paragraphs.iter().map(|text| fill(text)).collect::<Result<Vec<_>, _>>()?;
        let subject = fill(&parts.subject)?;
        let shown = context! {
            subject => &subject,
            language => draft.language.name(),
            product => &self.product,
            recipient => draft.recipient.as_deref().map(line),
            paragraphs,
            button => parts.button.as_deref().map(fill).transpose()?,
            link => &draft.link,
            greeting => fill(&parts.greeting)?,
            automatic => fill(&parts.automatic)?,
        };
        let fill_layout = |layout| self.environment.get_template(layout)?.render(&shown);
        Ok(MailContent {
            subject: line(&subject),
            text: fill_layout("layout.txt")?,
            html: fill_layout(HTML_LAYOUT)?,
        })
    }
}

impl MailRenderer for MailTemplates {
    fn render(&self, draft: &MailDraft) -> Result<MailContent, MailTemplateError> {
        let name = draft.kind.name();
        self.content(draft).map_err(|error| MailTemplateError { name, source: error.into() })
    }
}

fn file_of(kind: MailKind, language: Language) -> String {
    format!("{}/{}.txt", language.name(), kind.name())
}

/// The file of an installation in place of a built-in one.
fn replacement(folder: &Path, name: &str) -> Result<Option<String>, TemplateError> {
    let path = folder.join(name);
    let unreadable =
        |source| TemplateError::Unreadable { file: path.display().to_string(), source };
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(error)),
        Ok(found) if found.len() > MAX_BYTES => {
            Err(TemplateError::TooLarge(path.display().to_string()))
        }
        Ok(_) => std::fs::read_to_string(&path).map(Some).map_err(unreadable),
    }
}
