//! The arguments of the commands on resources.

use clap::Args;

use super::{super::client::ServerArgs, body::DataArgs};
use crate::output::Output;

/// List the records of a resource; without a resource, what can be listed
///
/// A resource is a path of the API: projects, invoices, contracts/ID/positions. The server's OpenAPI
/// document tells which there are. Shows the columns that the terminal has room for.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth list projects --filter status=active,planned --sort name
  plinth list invoices -q harbour --limit 500 --columns number,party_id,open
  plinth list documents --all --output json | jq -r .name"
)]
pub(crate) struct List {
    /// The resource
    pub(super) resource: Option<String>,

    #[command(flatten)]
    pub(super) which: Which,

    #[command(flatten)]
    pub(super) shown: Shown,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Only records with this value; may be repeated
    #[arg(long = "filter", value_name = "KEY=VALUE")]
    pub(super) filters: Vec<String>,

    /// The order: name, or -name for descending
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub(super) sort: Option<String>,

    /// Words to search for
    #[arg(short, long = "query", value_name = "TEXT")]
    pub(super) query: Option<String>,

    /// At most so many records
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub(super) limit: u32,

    /// All records, page by page
    #[arg(long, conflicts_with = "limit")]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Shown {
    /// The columns of the table, separated by commas: number,address.city
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(super) columns: Vec<String>,

    /// A table, or JSON: an array, and with --all a line for each record
    #[arg(long, value_enum, default_value = "table")]
    pub(super) output: Output,
}

/// Show one record of a resource
///
/// Without an identity it shows what there is once: plinth get organization.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth get projects 0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6
  plinth get organization/usage --output json"
)]
pub(crate) struct Get {
    /// The resource
    pub(super) resource: String,

    /// The identity of the record
    pub(super) id: Option<String>,

    /// The form of the answer
    #[arg(long, value_enum, default_value = "table")]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

/// Create a record of a resource
///
/// A field takes the type that the server's OpenAPI document gives it.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth create projects code=HRB-7 name='Harbour, quay 7' starts_on=2026-11-20
  plinth create parties name='Hochbau Nord' address.city=Hamburg metadata:='{\"pier\": 7}'
  plinth create invoices --data @invoice.json note='Thank you'"
)]
pub(crate) struct Create {
    /// The resource
    pub(super) resource: String,

    /// The fields: field=value, or field:=JSON
    #[arg(value_name = "FIELD=VALUE")]
    pub(super) fields: Vec<String>,

    #[command(flatten)]
    pub(super) data: DataArgs,

    /// The form of the answer
    #[arg(long, value_enum, default_value = "table")]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

/// Change fields of a record
///
/// The fields that are not named stay. Without --if-version, what others have changed meanwhile stays, too.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth update projects ID status=active description:=null
  plinth update projects ID --if-version 3 name='Harbour, quay 8'"
)]
pub(crate) struct Update {
    /// The resource
    pub(super) resource: String,

    /// The identity of the record, and the fields: ID field=value field:=JSON
    #[arg(value_name = "ID FIELD=VALUE")]
    pub(super) words: Vec<String>,

    #[command(flatten)]
    pub(super) data: DataArgs,

    /// Fail unless the record has this version
    #[arg(long, value_name = "NUMBER")]
    pub(super) if_version: Option<u64>,

    /// The form of the answer
    #[arg(long, value_enum, default_value = "table")]
    pub(super) output: Output,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

/// Remove a record of a resource
///
/// What that means is the resource's: a project is archived, unless plinth call removes it for good.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Delete {
    /// The resource
    pub(super) resource: String,

    /// The identity of the record
    pub(super) id: Option<String>,

    /// Fail unless the record has this version
    #[arg(long, value_name = "NUMBER")]
    pub(super) if_version: Option<u64>,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}
