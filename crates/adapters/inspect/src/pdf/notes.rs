//! What is written over a page: notes and the fields of forms (12.5, 12.7).

use std::collections::HashSet;

use hayro_font::hayro_syntax::{
    Pdf,
    object::{Array, Dict, MaybeRef, Name, ObjectIdentifier, Stream},
    page::Page,
};

use super::{budget::Budget, font::Fonts, page_text::Interpreter, strings};

/// The maximum number of notes that are read of a page.
const MAX_NOTES: usize = 10_000;

/// The maximum number of fields that are read of a document.
const MAX_FIELDS: usize = 100_000;

/// The maximum depth of fields within fields.
const MAX_DEPTH: usize = 16;

/// The flag of an annotation that is not shown (table 167).
const HIDDEN: u32 = 1 << 1;

/// The fields that the pages show.
#[derive(Default)]
pub(crate) struct Shown(HashSet<ObjectIdentifier>);

/// Appends the text of the notes and fields of a page: as they look, then what their look leaves
/// out.
pub(crate) fn of_page<'a>(
    page: &Page<'a>,
    fonts: &mut Fonts<'a>,
    budget: &mut Budget,
    shown: &mut Shown,
    text: &mut String,
) {
    let Some(notes) = page.raw().get::<Array<'_>>("Annots") else { return };
    let notes = notes.raw_iter().take(MAX_NOTES).filter_map(|item| match item {
        MaybeRef::Ref(id) => page.xref().get::<Dict<'_>>(id.into()),
        MaybeRef::NotRef(object) => object.into_dict(),
    });
    for note in notes {
        if budget.is_spent() {
            return;
        }
        let is = |name: &[u8]| note.get::<Name<'_>>("Subtype").is_some_and(|found| *found == *name);
        if note.get::<u32>("F").unwrap_or_default() & HIDDEN != 0 || is(b"Popup") {
            continue;
        }
        let look = appearance(&note)
            .map(|form| Interpreter::new(fonts, budget).appearance(&form, page.resources()))
            .unwrap_or_default();
        text.push_str(&look);
        let value = if is(b"Widget") { value(&note, shown) } else { None };
        for said in value.into_iter().chain(strings::get(&note, "Contents")) {
            append(&said, &look, budget, text);
        }
    }
}

/// Appends the values of the fields that no page shows.
pub(crate) fn of_form(pdf: &Pdf, budget: &mut Budget, shown: &Shown, text: &mut String) {
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let form = root.and_then(|root| root.get::<Dict<'_>>("AcroForm"));
    let Some(fields) = form.and_then(|form| form.get::<Array<'_>>("Fields")) else { return };
    let mut seen = HashSet::new();
    let mut open = vec![fields];
    while let Some(fields) = open.pop() {
        for id in fields.raw_iter().filter_map(|item| item.as_obj_ref()) {
            let id = ObjectIdentifier::from(id);
            if seen.len() >= MAX_FIELDS || budget.is_spent() {
                return;
            }
            if !seen.insert(id) {
                continue;
            }
            let Some(field) = pdf.xref().get::<Dict<'_>>(id) else { continue };
            open.extend(field.get::<Array<'_>>("Kids"));
            if !shown.0.contains(&id)
                && !is_button(&field)
                && let Some(value) = strings::get(&field, "V")
            {
                append(&value, "", budget, text);
            }
        }
    }
}

/// The normal appearance of an annotation, in its state (12.5.5).
fn appearance<'a>(note: &Dict<'a>) -> Option<Stream<'a>> {
    let looks = note.get::<Dict<'_>>("AP")?;
    if let Some(form) = looks.get::<Stream<'_>>("N") {
        return Some(form);
    }
    looks.get::<Dict<'_>>("N")?.get::<Stream<'_>>(&*note.get::<Name<'_>>("AS")?)
}

/// The value of a field, which it may have from its parents (12.7.4). Buttons have none to read.
fn value(widget: &Dict<'_>, shown: &mut Shown) -> Option<String> {
    let mut field = widget.clone();
    for _ in 0..MAX_DEPTH {
        shown.0.extend(field.obj_id());
        if is_button(&field) {
            return None;
        }
        if field.contains_key("V") {
            return strings::get(&field, "V");
        }
        field = field.get::<Dict<'_>>("Parent")?;
    }
    None
}

fn is_button(field: &Dict<'_>) -> bool {
    field.get::<Name<'_>>("FT").is_some_and(|name| *name == *b"Btn")
}

/// Appends what is said, unless the look of it says the same.
fn append(said: &str, look: &str, budget: &mut Budget, text: &mut String) {
    let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
    if without_spaces(look).contains(&without_spaces(said)) {
        return;
    }
    budget.take(said.len());
    text.push_str(said);
    text.push('\n');
}
