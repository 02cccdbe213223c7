//! `plinth list`, `get`, `create`, `update`, `delete` and `call`, for every resource of the server.

mod arguments;
mod body;
mod call;
mod columns;
mod fields;
mod pages;

use std::process::ExitCode;

use plinth_settings::Url;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{
    client::Client,
    document::{API, Document, Operation},
    server,
};
use crate::{
    failure::Result,
    table::Table,
    terminal::{clean, columns, say},
};

pub(crate) use arguments::{Create, Delete, Get, List, Update};
pub(crate) use call::Call;

use pages::Pages;

impl List {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let Some(resource) = &self.resource else {
            show_lists(&document);
            return Ok(ExitCode::SUCCESS);
        };
        let path: Vec<_> = resource.split('/').collect();
        let operation = found(&document, &Method::GET, &path)?;
        let Some(items) = operation.items() else {
            return Err(format!("`{}` is no list: plinth get {0}", clean(resource)).into());
        };
        let url = url(&client, &path)?;
        let columns = if self.shown.columns.is_empty() {
            columns::chosen(&document, items)
        } else {
            self.shown.columns.clone()
        };
        let pages = Pages::of(&operation, url, &self.which)?;
        pages.print(&client, &columns, &self.shown).await?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Get {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let path = path(&self.resource, self.id.as_deref());
        let operation = found(&document, &Method::GET, &path)?;
        if operation.items().is_some() {
            let resource = clean(&path.join("/"));
            return Err(format!("`{resource}` is a list: plinth list {resource}").into());
        }
        if operation.answer().is_none() {
            return Err(format!("it is no JSON: plinth call {} --out FILE", operation.id()).into());
        }
        self.output.record(&client.get(&url(&client, &path)?).await?);
        Ok(ExitCode::SUCCESS)
    }
}

impl Create {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let path: Vec<_> = self.resource.split('/').collect();
        let operation = found(&document, &Method::POST, &path)?;
        let body = self.data.json(&document, &operation, &self.fields).await?;
        let request = client.server().request(Method::POST, url(&client, &path)?);
        let request = call::repeatable(request, &operation);
        let created = answer(&client, call::with_body(request, &operation, body.as_ref())).await?;
        self.output.record(&created);
        Ok(ExitCode::SUCCESS)
    }
}

impl Update {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let (id, fields) = match self.words.split_first() {
            Some((first, rest)) if !first.contains('=') => (Some(first.as_str()), rest),
            _ => (None, self.words.as_slice()),
        };
        let path = path(&self.resource, id);
        let patch = document.find(&Method::PATCH, &path);
        let operation = patch.map_or_else(|| found(&document, &Method::PUT, &path), Ok)?;
        let body = self.data.json(&document, &operation, fields).await?;
        let request = client.server().request(operation.method.clone(), url(&client, &path)?);
        let request = call::matching(request, &operation, self.if_version);
        let changed = answer(&client, call::with_body(request, &operation, body.as_ref())).await?;
        self.output.record(&changed);
        Ok(ExitCode::SUCCESS)
    }
}

impl Delete {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let path = path(&self.resource, self.id.as_deref());
        let operation = found(&document, &Method::DELETE, &path)?;
        let request = client.server().request(Method::DELETE, url(&client, &path)?);
        answer(&client, call::matching(request, &operation, self.if_version)).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The segments of the path of a record.
fn path<'a>(resource: &'a str, id: Option<&'a str>) -> Vec<&'a str> {
    resource.split('/').chain(id).collect()
}

/// The URL of a resource.
fn url(client: &Client, path: &[&str]) -> Result<Url> {
    client.server().url(API.into_iter().chain(path.iter().copied()))
}

/// The operation on a resource, or what there is instead.
fn found<'d>(document: &'d Document, method: &Method, path: &[&str]) -> Result<Operation<'d>> {
    document.find(method, path).ok_or_else(|| {
        let resource = clean(&path.join("/"));
        let others = document.methods(path);
        let said = if others.is_empty() {
            let lists = document.resources();
            format!("the server has no `{resource}` for {method}; its lists are {lists}")
        } else {
            format!("`{resource}` takes {}, and no {method}", others.join(", "))
        };
        said.into()
    })
}

async fn answer(client: &Client, request: RequestBuilder) -> Result<Value> {
    server::json(client.send(request).await?).await
}

/// Prints what can be listed.
fn show_lists(document: &Document) {
    let record =
        |(path, about): (&str, &str)| serde_json::json!({"resource": path, "about": about});
    let records: Vec<_> = document.lists().into_iter().map(record).collect();
    let names = ["resource", "about"].map(str::to_owned);
    let table = Table::new(&names, &records, columns(&std::io::stdout()));
    say(&table.head());
    for record in &records {
        say(&table.row(record));
    }
}
