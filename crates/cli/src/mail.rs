//! `plinth mail`.

use std::{io::Write, process::ExitCode};

use clap::{Args, Subcommand, ValueEnum};
use plinth_domain::Language;
use plinth_ports::{MailDraft, MailKind};
use plinth_settings::{Settings, Sources};

use crate::{failure::Result, installation::InstallationConfig, terminal};

/// Show the mails of an installation, and try its mail server.
///
/// It uses the settings of the section `mail`, and no database.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth mail preview invitation
  plinth mail preview reset-password --language de --html > preview.html
  plinth mail check"
)]
pub(crate) struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a mail with example values, by the templates of the installation
    Preview(Preview),
    /// Connect to the mail server and log in, without sending a mail
    Check,
}

#[derive(Debug, Args)]
struct Preview {
    /// The mail
    #[arg(value_parser = kind, value_name = "MAIL")]
    kind: MailKind,

    /// The language
    #[arg(long, value_enum, default_value = "en")]
    language: LanguageName,

    /// Print the HTML form
    #[arg(long)]
    html: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageName {
    De,
    En,
}

fn kind(name: &str) -> std::result::Result<MailKind, String> {
    MailKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| format!("there are {}", MailKind::ALL.map(MailKind::name).join(", ")))
}

impl Mail {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let settings = InstallationConfig::load(&Sources::process())?.settings;
        match self.command {
            Command::Preview(preview) => preview.print(&settings)?,
            Command::Check => {
                plinth_bootstrap::check_mail(&settings).await?;
                terminal::say("the mail server answers, and accepts the account");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Preview {
    fn print(&self, settings: &Settings) -> Result<()> {
        let language = match self.language {
            LanguageName::De => Language::De,
            LanguageName::En => Language::En,
        };
        let draft = MailDraft::sample(self.kind, language);
        let content = plinth_bootstrap::render_mail(settings, &draft)?;
        let text = if self.html {
            content.html
        } else {
            format!("Subject: {}\n\n{}", content.subject, content.text)
        };
        // The reader of a pipe may have closed it.
        let _ = std::io::stdout().write_all(text.as_bytes());
        Ok(())
    }
}
