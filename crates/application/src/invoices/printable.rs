//! What is checked before an invoice takes its number, so that its PDF can be made afterwards.

use plinth_domain::{Document, Invoice, InvoiceLine, Organization, Text};
use plinth_ports::{Counted, INVOICE_NO_GLYPH};

use super::{
    logo::logo,
    pdf::refused,
    print::{Referenced, Surroundings, printed},
};
use crate::{Context, Error};

/// The most characters that a refusal names.
const NAMED: usize = 10;

/// What the invoice refers to.
pub(super) struct References<'a> {
    pub(super) organization: &'a Organization,
    pub(super) customer_number: Option<&'a Text<32>>,
    pub(super) corrects: Option<&'a Invoice>,
}

/// Checks that the invoice can be printed, and that there is room for its PDF.
pub(super) async fn check(
    ctx: &mut Context<'_>,
    invoice: &Invoice,
    lines: &[InvoiceLine],
    references: References<'_>,
) -> Result<(), Error> {
    let seller = &references.organization.settings.seller;
    logo(ctx.unit.documents(), seller.logo).await?.map_err(refused)?;
    let project = match invoice.content.project {
        Some(project) => ctx.unit.projects().find(project).await?,
        None => None,
    };
    let contract = match invoice.content.contract {
        Some(contract) => ctx.unit.contracts().find(contract).await?,
        None => None,
    };
    let referenced = Referenced {
        customer_number: references.customer_number,
        project: project.as_ref(),
        contract: contract.as_ref(),
        corrects: references.corrects,
    };
    let around = Surroundings::new(seller.clone(), referenced);
    check_glyphs(&ctx.glyphs.uncovered_in(&printed(invoice, lines, &around)))?;
    ctx.make_room::<Document>().await?;
    ctx.make_room_for(Counted::StoredBytes, 1).await
}

fn check_glyphs(missing: &[char]) -> Result<(), Error> {
    if missing.is_empty() {
        return Ok(());
    }
    let named = |c: &char| format!("{c} (U+{:04X})", u32::from(*c));
    let names = missing.iter().take(NAMED).map(named).collect::<Vec<_>>().join(", ");
    let more = if missing.len() > NAMED { ", …" } else { "" };
    let detail = format!("no font of the template has {names}{more}").into();
    Err(Error::Conflict { code: INVOICE_NO_GLYPH, detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_at_most_ten_characters() {
        assert!(check_glyphs(&[]).is_ok());
        let detail = |missing: &[char]| check_glyphs(missing).unwrap_err().to_string();
        assert_eq!(detail(&['漢']), "no font of the template has 漢 (U+6F22)");
        let many: Vec<char> = ('ก'..='ฮ').collect();
        assert!(detail(&many).ends_with("(U+0E0A), …"), "{}", detail(&many));
        assert_eq!(detail(&many).matches("U+").count(), 10);
    }
}
