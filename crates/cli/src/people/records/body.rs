//! The body of a request, from the command line.

use std::{
    fs::File,
    io::{self, Read},
};

use clap::Args;
use serde_json::Value;

use super::{
    super::{
        document::{Document, Operation, is_json},
        prompt,
    },
    fields,
};
use crate::failure::Result;

/// The most bytes of a body; larger files are uploaded.
const BYTES: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// The body, to which the fields are added: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "BODY")]
    data: Option<String>,
}

impl DataArgs {
    const fn is_empty(&self) -> bool {
        self.data.is_none()
    }

    /// The bytes of `--data`.
    pub(super) async fn bytes(&self) -> Result<Option<Vec<u8>>> {
        Ok(match self.data.as_deref() {
            None => None,
            Some("-") => Some(prompt::standard_input(BYTES).await?),
            Some(data) => Some(match data.strip_prefix('@') {
                Some(path) => read(path)?,
                None => data.as_bytes().to_vec(),
            }),
        })
    }

    /// The JSON of an operation's body; `None` where it takes none.
    pub(super) async fn json(
        &self,
        document: &Document,
        operation: &Operation<'_>,
        fields: &[String],
    ) -> Result<Option<Value>> {
        let Some((kind, schema)) = operation.body() else {
            if self.is_empty() && fields.is_empty() {
                return Ok(None);
            }
            return Err(format!("{} takes no body", operation.id()).into());
        };
        if !is_json(kind) {
            let how = if kind == "multipart/form-data" {
                "plinth upload sends files".to_owned()
            } else {
                format!("plinth call {} --data @FILE", operation.id())
            };
            return Err(format!("it takes {kind}, and no JSON: {how}").into());
        }
        let mut body = match self.bytes().await? {
            Some(data) => serde_json::from_slice(&data)
                .map_err(|error| format!("the body is no JSON: {error}"))?,
            None => Value::Object(serde_json::Map::new()),
        };
        fields::add(document, schema, &mut body, fields)?;
        Ok(Some(body))
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    let told = |error: io::Error| format!("cannot read {path}: {error}");
    let mut content = Vec::new();
    let file = File::open(path).map_err(told)?;
    let read = file.take(BYTES + 1).read_to_end(&mut content).map_err(told)?;
    if read as u64 > BYTES {
        return Err(format!("{path} has more than {} MiB", BYTES >> 20).into());
    }
    Ok(content)
}
