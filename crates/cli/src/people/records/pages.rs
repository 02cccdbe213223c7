//! The pages of a list.

use plinth_settings::Url;
use serde_json::Value;

use super::{
    super::{client::Client, document::Operation},
    arguments::{Shown, Which},
};
use crate::{
    failure::Result,
    output::{Output, document, line},
    table::Table,
    terminal::{clean, columns, keep_saying, note, say},
};

/// The most items of a page (docs/api.md).
const PAGE: u32 = 200;

/// A list with filters and an order.
pub(super) struct Pages {
    url: Url,
    /// Whether pages have a size that can be asked for.
    has_limit: bool,
    /// `None` for all records.
    most: Option<u32>,
}

impl Pages {
    pub(super) fn of(operation: &Operation<'_>, mut url: Url, which: &Which) -> Result<Self> {
        let mut query = Vec::new();
        for filter in &which.filters {
            let pair = filter.split_once('=');
            query.push(pair.ok_or_else(|| format!("`{}` is no KEY=VALUE", clean(filter)))?);
        }
        query.extend(which.sort.iter().map(|sort| ("sort", sort.as_str())));
        query.extend(which.query.iter().map(|query| ("q", query.as_str())));
        for (name, _) in &query {
            let own = || operation.parameters().filter(|parameter| parameter.place == "query");
            if !own().any(|parameter| parameter.name == *name) {
                let known: Vec<_> = own().map(|parameter| parameter.name).collect();
                let known = known.join(", ");
                return Err(format!("the list takes no `{}`; it takes {known}", clean(name)).into());
            }
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let most = (!which.all).then_some(which.limit);
        Ok(Self { url, has_limit: operation.takes("limit"), most })
    }

    /// Prints all pages, each when it arrives.
    pub(super) async fn print(
        &self,
        client: &Client,
        names: &[String],
        shown: &Shown,
    ) -> Result<()> {
        let mut sheet = Sheet::new(names, shown, self.most.is_none());
        let (mut count, mut cursor) = (0, None::<String>);
        loop {
            let left = self.most.map(|most| most - count);
            let mut page = client.get(&self.page(left, cursor.as_deref())).await?;
            let data = page.get_mut("data").map(Value::take);
            let Some(Value::Array(mut records)) = data else {
                return Err("the server answers no list".into());
            };
            if let Some(left) = left {
                records.truncate(usize::try_from(left)?);
            }
            count += u32::try_from(records.len())?;
            if !sheet.add(records) {
                return Ok(());
            }
            let next = page["next_cursor"].as_str().map(str::to_owned);
            let has_more = next.is_some() || page["has_more"] == true;
            if next.is_none() || self.most == Some(count) {
                sheet.end(has_more);
                return Ok(());
            }
            if next == cursor {
                return Err("the server answers the same page again".into());
            }
            cursor = next;
        }
    }

    /// The URL of a page with at most so many records.
    fn page(&self, left: Option<u32>, cursor: Option<&str>) -> Url {
        let mut url = self.url.clone();
        if self.has_limit {
            let limit = left.map_or(PAGE, |left| left.min(PAGE)).to_string();
            url.query_pairs_mut().append_pair("limit", &limit);
        }
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        url
    }
}

/// What is printed of a list.
enum Sheet<'a> {
    /// The table follows from the first records.
    Table { names: &'a [String], is_chosen: bool, table: Option<Table> },
    /// One document at the end.
    Document(Vec<Value>),
    /// A line for each record.
    Lines,
}

impl<'a> Sheet<'a> {
    fn new(names: &'a [String], shown: &Shown, is_all: bool) -> Self {
        match shown.output {
            Output::Table => {
                Self::Table { names, is_chosen: !shown.columns.is_empty(), table: None }
            }
            Output::Json if is_all => Self::Lines,
            Output::Json => Self::Document(Vec::new()),
        }
    }

    /// Adds a page; `false` when nothing reads the output any more.
    fn add(&mut self, records: Vec<Value>) -> bool {
        match self {
            Self::Document(all) => {
                all.extend(records);
                true
            }
            Self::Lines => records.iter().all(|record| keep_saying(&line(record))),
            Self::Table { .. } if records.is_empty() => true,
            Self::Table { names, is_chosen, table } => {
                let is_first = table.is_none();
                let table = table.get_or_insert_with(|| {
                    let room = columns(&std::io::stdout());
                    let make = if *is_chosen { Table::new } else { Table::fitting };
                    make(names, &records, room)
                });
                (!is_first || keep_saying(&table.head()))
                    && records.iter().all(|record| keep_saying(&table.row(record)))
            }
        }
    }

    fn end(self, has_more: bool) {
        match self {
            Self::Document(all) => say(&document(&Value::Array(all))),
            Self::Table { table: None, .. } => note("there are no such records"),
            Self::Table { .. } | Self::Lines => {}
        }
        if has_more {
            note("there are more: --limit NUMBER, or --all");
        }
    }
}
