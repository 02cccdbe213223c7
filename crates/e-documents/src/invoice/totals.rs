use plinth_domain::Currency;
use plinth_ports::{Unreadable, e_documents::ReceivedTotals};

use crate::{amount, xml::Element};

/// Where CII has the totals.
const CII: &str = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/\
                   SpecifiedTradeSettlementHeaderMonetarySummation";

/// The totals that a document states. They are read from its elements, because the model of the
/// parser does not tell a total of zero from none.
pub(super) fn stated(document: &Element, currency: Currency) -> Result<ReceivedTotals, Unreadable> {
    let ubl = document.at("LegalMonetaryTotal");
    let cii = document.at(CII);
    let total = |in_ubl: &str, in_cii: &str| {
        let text = ubl.and_then(|totals| totals.text_at(in_ubl));
        let text = text.or_else(|| cii.and_then(|totals| totals.text_at(in_cii)));
        text.map(|text| amount::parse(text, currency).map(|money| money.amount_minor)).transpose()
    };
    // The VAT may be stated a second time, in the currency of the accounts.
    let vat = document.all("TaxTotal").flat_map(|total| total.all("TaxAmount"));
    let vat = vat.chain(cii.into_iter().flat_map(|totals| totals.all("TaxTotalAmount")));
    let code = currency.as_str();
    let mut vat = vat.filter(|vat| vat.attribute("currencyID").is_none_or(|c| c.trim() == code));
    let vat = vat.next().map(|vat| amount::parse(vat.text(), currency)).transpose()?;
    Ok(ReceivedTotals {
        lines_minor: total("LineExtensionAmount", "LineTotalAmount")?,
        net_minor: total("TaxExclusiveAmount", "TaxBasisTotalAmount")?,
        vat_minor: vat.map(|vat| vat.amount_minor),
        gross_minor: total("TaxInclusiveAmount", "GrandTotalAmount")?,
        prepaid_minor: total("PrepaidAmount", "TotalPrepaidAmount")?,
        rounding_minor: total("PayableRoundingAmount", "RoundingAmount")?,
        due_minor: total("PayableAmount", "DuePayableAmount")?,
    })
}
