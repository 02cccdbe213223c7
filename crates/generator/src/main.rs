//! Writes a new record into the repository: `./justw new record tender title:text`.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use plinth_generator::{Error, Plan, Record, Workspace};

#[derive(Parser)]
#[command(name = "./justw new", about = "Write new parts of Plinth")]
struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// Write a record: domain, port, table, use cases, HTTP operations and their tests
    #[command(after_help = FIELDS)]
    Record {
        /// Its name, a singular in small letters: tender, `purchase_order`
        name: String,
        /// Its fields, as `name:type`
        #[arg(required = true)]
        fields: Vec<String>,
        /// Its plural, where it is irregular
        #[arg(long)]
        plural: Option<String>,
        /// The root of the repository
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
}

const FIELDS: &str = "\
Types:
  text         one line of 1 to 200 characters; text:32 for another limit
  longtext     up to 10,000 characters, with line breaks
  integer      a whole number of 64 bits
  money        an amount in minor units, with its currency
  date         a day
  timestamp    a moment in UTC
  bool         true or false
  email        an e-mail address
  enum:a,b,c   one of these names
  json         an object of the client's, called metadata
  ref          a record of this name, project:ref; customer:ref:contact for another name

Modifiers, after the type:
  :optional    may be absent
  :unique      unique within the organization (text and email)
  :search      found by ?q= (text and longtext)

Example:
  ./justw new record tender number:text:32:unique title:text value:money \\
      state:enum:draft,signed,ended signed_on:date:optional project:ref";

fn main() -> ExitCode {
    let Part::Record { name, fields, plural, root } = Arguments::parse().part;
    match write(&root, &name, plural.as_deref(), &fields) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(
    root: &std::path::Path,
    name: &str,
    plural: Option<&str>,
    fields: &[String],
) -> Result<(), Error> {
    let workspace = Workspace::at(root);
    let record = Record::parse(&workspace, name, plural, fields)?;
    let report = Plan::of(&workspace, &record)?.write()?;
    // A reader that closes the pipe early has seen enough.
    drop(writeln!(std::io::stdout(), "{report}"));
    Ok(())
}
