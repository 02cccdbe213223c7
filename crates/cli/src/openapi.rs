//! `plinth openapi`.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{failure::Result, terminal};

/// The committed file.
const COMMITTED: &str = "docs/openapi.json";

/// Write the OpenAPI 3.1 document of the HTTP API
///
/// Generated from the code, without settings or a database. Without --out it goes to standard
/// output.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth openapi --out docs/openapi.json     write the file
  plinth openapi --check                     check that the committed file is up to date"
)]
pub(crate) struct Openapi {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Write nothing, and fail unless the file (docs/openapi.json without --out) is up to date
    #[arg(long)]
    check: bool,
}

impl Openapi {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let mut document = plinth_rest::document().to_pretty_json()?;
        document.push('\n');
        if self.check {
            self.compare(&document)?;
        } else if let Some(file) = &self.out {
            fs::write(file, document)
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        } else {
            // The reader of a pipe may have closed it.
            let _ = std::io::stdout().write_all(document.as_bytes());
        }
        Ok(ExitCode::SUCCESS)
    }

    fn compare(&self, document: &str) -> Result<()> {
        let file = self.out.clone().unwrap_or_else(|| COMMITTED.into());
        let name = file.display();
        let kept =
            fs::read_to_string(&file).map_err(|error| format!("cannot read {name}: {error}"))?;
        if kept == document {
            terminal::say(&format!("{name} is up to date"));
            return Ok(());
        }
        let line = kept.lines().zip(document.lines()).take_while(|(one, other)| one == other);
        let line = line.count() + 1;
        Err(format!(
            "{name} is not what the code says, from line {line} on. \
             Make it anew: plinth openapi --out {name}"
        )
        .into())
    }
}
