use std::{
    collections::{BTreeMap, btree_map::Entry},
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header,
    web::{Data, Query},
};
use chrono::NaiveDate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plinth_application::Caller;
use plinth_domain::{Timestamp, codes};
use plinth_ports::{
    Direction, NewestFirst, OneOf, Page, PageRequest, Position, Sort, SortKey, TimeRange, Times,
};
use secrecy::ExposeSecret;
use serde::Serialize;
use uuid::Uuid;

use super::{
    ListView,
    cursor::Sealer,
    page::{PageOf, TotalView},
    table,
};
use crate::{
    config::Config,
    dates,
    list::codes::{CURSOR_INVALID, QUERY_REPEATED, QUERY_UNKNOWN, QUERY_VALUE},
    middleware::codes::QUERY_MALFORMED,
    problem::{ApiError, Fault},
};

pub(super) const DEFAULT_LIMIT: u16 = 50;
pub(super) const MAX_LIMIT: u16 = 200;

/// The query of an operation, read parameter by parameter. An unknown parameter or a
/// wrong value becomes a fault; all faults are reported at once. An operation that is no list ends
/// with [`done`](Self::done) instead of [`page`](Self::page).
pub(crate) struct ListQuery {
    pub(super) config: Data<Config>,
    pub(super) path: String,
    given: BTreeMap<String, String>,
    unread: BTreeMap<String, String>,
    faults: Vec<Fault>,
    /// What a cursor is bound to: organization, list, order and filters. Set by
    /// [`page`](Self::page) and its like.
    context: String,
    /// Whether all pages are asked for as CSV.
    pub(crate) is_csv: bool,
}

impl FromRequest for ListQuery {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl ListQuery {
    fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let config = request.app_data::<Data<Config>>().ok_or_else(ApiError::internal)?.clone();
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string())
            .map_err(|_| ApiError::bad_request(QUERY_MALFORMED, "the query cannot be read"))?;
        let (mut given, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, value) in pairs.into_inner() {
            if value.chars().any(char::is_control) {
                let detail = "control characters are not allowed";
                faults.push(Fault::of(&name, codes::TEXT_CONTROL_CHARACTER, detail));
                continue;
            }
            match given.entry(name) {
                Entry::Vacant(place) => drop(place.insert(value)),
                Entry::Occupied(place) => {
                    let detail = "the parameter was given twice";
                    faults.push(Fault::of(place.key(), QUERY_REPEATED, detail));
                }
            }
        }
        let (path, unread) = (request.path().to_owned(), given.clone());
        let is_csv = table::is_wanted(request);
        Ok(Self { config, path, given, unread, faults, context: String::new(), is_csv })
    }

    /// Takes a parameter and parses it.
    pub(crate) fn take<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.unread.remove(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.faults.push(Fault::of(name, QUERY_VALUE, format!("must be {expected}")));
        }
        value
    }

    /// A text of 1 to `max` characters.
    pub(crate) fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let fits = |text: &str| (1..=max).contains(&text.chars().count());
        self.take(name, &format!("1 to {max} characters"), |text| {
            fits(text).then(|| text.to_owned())
        })
    }

    /// The same, which must be given.
    pub(crate) fn required_text(&mut self, name: &'static str, max: usize) -> String {
        if !self.given.contains_key(name) {
            let detail = format!("must be given: 1 to {max} characters");
            self.faults.push(Fault::of(name, QUERY_VALUE, detail));
        }
        self.text(name, max).unwrap_or_default()
    }

    /// Values of a closed set: `?status=active,planned`.
    pub(crate) fn one_of<T: PartialEq>(
        &mut self,
        name: &'static str,
        names: &[&str],
        known: impl Fn(&str) -> Option<T>,
    ) -> OneOf<T> {
        let expected = format!("some of {}, each once, with commas between them", names.join(", "));
        self.several(name, &expected, known)
    }

    /// Texts of 1 to `max` characters each, without commas: `?action=a,b`.
    pub(crate) fn texts(&mut self, name: &'static str, max: usize) -> OneOf<String> {
        let most = OneOf::<String>::MOST;
        let expected = format!(
            "1 to {most} different texts of 1 to {max} characters, with commas between them"
        );
        let fits = |text: &str| (1..=max).contains(&text.chars().count());
        self.several(name, &expected, |text| fits(text).then(|| text.to_owned()))
    }

    /// Different values, with commas between them.
    pub(crate) fn several<T: PartialEq>(
        &mut self,
        name: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> OneOf<T> {
        let values = |text: &str| {
            let most = OneOf::<T>::MOST + 1;
            OneOf::new(text.split(',').take(most).map(parse).collect::<Option<_>>()?)
        };
        self.take(name, expected, values).unwrap_or_default()
    }

    /// A UUID, in the hyphenated form alone, as in paths.
    pub(crate) fn uuid(&mut self, name: &'static str) -> Option<Uuid> {
        self.take(name, "a UUID", |text| Uuid::try_parse(text).ok().filter(|_| text.len() == 36))
    }

    /// The same, which must be given.
    pub(crate) fn required_uuid(&mut self, name: &'static str) -> Uuid {
        if !self.given.contains_key(name) {
            self.faults.push(Fault::of(name, QUERY_VALUE, "must be given: a UUID".to_owned()));
        }
        self.uuid(name).unwrap_or_default()
    }

    /// A day of the years 1 to 9999.
    pub(crate) fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.take(name, "a day such as 2026-11-20", dates::day)
    }

    /// `true` or `false`; `false` without the parameter.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.take(name, "true or false", |text| text.parse().ok()).unwrap_or_default()
    }

    /// The beginning of a day in UTC, or a moment.
    pub(crate) fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let expected = "a day such as 2026-11-20, or an RFC 3339 time such as \
            2026-11-20T10:05:00Z, of the years 1 to 9999; + is written %2B";
        self.take(name, expected, dates::day_or_moment)
    }

    /// A range of time.
    pub(crate) fn range(&mut self, after: &'static str, before: &'static str) -> TimeRange {
        TimeRange { from: self.time(after), until: self.time(before) }
    }

    /// The times that every list is narrowed by.
    fn times<K: SortKey>(&mut self) -> Times {
        let created = self.range("created_after", "created_before");
        let updated = if K::CHANGES {
            self.range("updated_after", "updated_before")
        } else {
            TimeRange::default()
        };
        Times { created, updated }
    }

    /// `?archived=`: whether the items are archived; `None` for all of them.
    pub(crate) fn archived(&mut self, default: Option<bool>) -> Option<bool> {
        let archived = self.take("archived", "true, false or any", |text| match text {
            "any" => Some(None),
            _ => text.parse().ok().map(Some),
        });
        archived.unwrap_or(default)
    }

    /// `?limit=`: the maximum number of items.
    pub(crate) fn limit(&mut self) -> u16 {
        let limit = self.take("limit", &format!("1 to {MAX_LIMIT}"), |text| {
            text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit))
        });
        limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// Ends reading: returns all faults, if any.
    pub(crate) fn done(&mut self) -> Result<(), ApiError> {
        for name in std::mem::take(&mut self.unread).into_keys() {
            let detail = "this operation has no such parameter";
            self.faults.push(Fault::of(&name, QUERY_UNKNOWN, detail));
        }
        let faults = std::mem::take(&mut self.faults);
        if faults.is_empty() { Ok(()) } else { Err(ApiError::invalid_query(faults)) }
    }

    /// The requested page, or all faults. Called after every filter was taken.
    pub(crate) fn page<K: SortKey>(&mut self, caller: &Caller) -> Result<PageRequest<K>, ApiError> {
        let (limit, times, counted) = (self.limit(), self.times::<K>(), self.flag("total"));
        let names = K::ALL.iter().map(|key| key.name()).collect::<Vec<_>>().join(", ");
        let expected = format!("one of {names}, with - in front for descending");
        let sort = self
            .take("sort", &expected, sort::<K>)
            .unwrap_or(Sort { by: K::ALL[0], direction: Direction::Descending });
        self.context = self.bind(caller, &format!("{} {:?}", sort.by.name(), sort.direction));
        let after = self.cursor()?;
        // CSV has all pages, and no place for a total.
        let (limit, counted) = if self.is_csv { (MAX_LIMIT, false) } else { (limit, counted) };
        Ok(PageRequest { limit, sort, after, times, counted })
    }

    /// The requested page of a list that has one order, or all faults. Called after every filter was
    /// taken.
    pub(crate) fn placed(&mut self, caller: &Caller) -> Result<PageOf, ApiError> {
        let limit = self.limit();
        self.context = self.bind(caller, "");
        let after = self.cursor()?;
        let limit = if self.is_csv { MAX_LIMIT } else { limit };
        Ok(PageOf { limit, after })
    }

    /// The requested page of a list for operators, or all faults. Called after every filter was taken.
    pub(crate) fn newest_first(&mut self) -> Result<NewestFirst, ApiError> {
        let limit = self.limit();
        self.context = self.bind_to("operators", "");
        Ok(NewestFirst { limit, after: self.cursor()? })
    }

    /// Ends reading with the position of the cursor: returns all faults, if any.
    fn cursor(&mut self) -> Result<Option<Position>, ApiError> {
        let (config, context) = (self.config.clone(), self.context.clone());
        let sealer = Sealer::new(config.cursor_key.expose_secret(), &context);
        let after = self.take("cursor", "a cursor of this list", |text| sealer.open(text));
        for name in std::mem::take(&mut self.unread).into_keys() {
            let detail = "this list has no such parameter";
            self.faults.push(Fault::of(&name, QUERY_UNKNOWN, detail));
        }
        if self.faults.is_empty() {
            return Ok(after);
        }
        let faults = std::mem::take(&mut self.faults);
        let only_cursor = faults.iter().all(|f| f.parameter.as_deref() == Some("cursor"));
        let error = ApiError::invalid_query(faults);
        Err(if only_cursor { ApiError { code: CURSOR_INVALID, ..error } } else { error })
    }

    /// Responds with a page and a link to the next (RFC 8288).
    pub(crate) fn respond<T, V: Serialize>(
        &self,
        page: Page<T>,
        view: impl FnMut(T) -> V,
    ) -> HttpResponse {
        let sealer = Sealer::new(self.config.cursor_key.expose_secret(), &self.context);
        let next_cursor = page.next.as_ref().map(|position| sealer.seal(position));
        let mut response = HttpResponse::Ok();
        response.append_header((header::VARY, "accept"));
        if let Some(cursor) = &next_cursor {
            response.insert_header((header::LINK, self.link(cursor)));
        }
        let data = page.items.into_iter().map(view).collect();
        let (has_more, total) = (next_cursor.is_some(), page.total.map(TotalView::from));
        response.json(ListView { data, next_cursor, has_more, total })
    }

    fn link(&self, cursor: &str) -> String {
        let mut query = self.given.clone();
        query.insert("cursor".to_owned(), cursor.to_owned());
        let query = percent_encode(&query);
        format!("<{}?{query}>; rel=\"next\"", self.path)
    }

    fn bind(&self, caller: &Caller, order: &str) -> String {
        self.bind_to(&caller.access.organization().to_string(), order)
    }

    fn bind_to(&self, owner: &str, order: &str) -> String {
        let mut filters = self.given.clone();
        for name in ["cursor", "limit", "sort", "total"] {
            filters.remove(name);
        }
        format!("{owner} {} {order} {filters:?}", self.path)
    }
}

fn sort<K: SortKey>(text: &str) -> Option<Sort<K>> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let by = K::ALL.iter().copied().find(|key| key.name() == name)?;
    Some(Sort { by, direction })
}

/// Everything but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a query (RFC 3986).
fn percent_encode(query: &BTreeMap<String, String>) -> String {
    let encode = |part| utf8_percent_encode(part, RESERVED);
    let pairs = query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
