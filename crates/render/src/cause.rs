//! What Typst's errors come from.

use plinth_invoice_renderer::protocol::{DATA, Reason};
use serde_json::Value;
use typst::diag::SourceDiagnostic;

use crate::{
    coverage,
    export::{Order, Unexported, export},
    fault::Fault,
    world::TemplateWorld,
};

/// The fault behind `errors`: the logo, a character without a glyph, or the template.
pub(crate) fn cause(world: &TemplateWorld, order: &Order, errors: &[SourceDiagnostic]) -> Fault {
    if let Some(logo) = &order.logo
        && let Err(fault) = try_logo(world, order, logo)
    {
        return fault;
    }
    let missing = missing(world);
    if missing.is_empty() {
        return Fault::of_template(world, errors);
    }
    let named: Vec<_> = missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
    Fault::new(Reason::NoGlyph, format!("no font has {}", named.join(", ")))
}

/// Renders the logo alone.
fn try_logo(world: &TemplateWorld, order: &Order, logo: &str) -> Result<(), Fault> {
    const TRIAL: &str = "logo-trial.typ";
    let name = Value::from(logo);
    let fault = |detail: String| Fault::new(Reason::Logo, detail);
    let mut files = world.files().clone();
    let source = format!("#image({name}, width: 5cm, alt: \"Logo\")").into_bytes();
    files.insert(TRIAL, source).map_err(|error| fault(error.to_string()))?;
    let trial = TemplateWorld::new(TRIAL, files, world.fonts().to_vec())
        .map_err(|error| fault(error.to_string()))?;
    match export(&trial, order) {
        Ok(_) | Err(Unexported::Pages(_)) => Ok(()),
        Err(Unexported::Errors(errors)) => {
            let first = errors.first().map(|error| error.message.to_string());
            Err(fault(format!("the logo cannot be printed: {}", first.unwrap_or_default())))
        }
    }
}

/// The first characters of the data that no font has.
fn missing(world: &TemplateWorld) -> Vec<char> {
    let ranges = coverage::ranges(world.fonts());
    let covered = |code: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&code));
    let data = world.files().get(DATA).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut texts = String::new();
    if let Some(Ok(data)) = data.as_deref().map(serde_json::from_str) {
        collect(&data, &mut texts);
    }
    let mut missing: Vec<_> = texts.chars().filter(|c| !covered(u32::from(*c))).collect();
    missing.sort_unstable();
    missing.dedup();
    missing.truncate(10);
    missing
}

fn collect(value: &Value, texts: &mut String) {
    match value {
        Value::String(text) => texts.push_str(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, texts)),
        _ => {}
    }
}
