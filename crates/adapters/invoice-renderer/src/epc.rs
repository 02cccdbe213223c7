//! The code that a banking app reads: EPC069-12, version 002, "Quick Response Code: Guidelines to
//! enable data capture for the initiation of an SCT".

mod picture;

use plinth_ports::{CreditTransfer, INVOICE_PAYMENT_CODE, TransferReference, Unprintable};

pub use picture::SvgCodes;
pub(crate) use picture::svg;

/// The maximum length of the payload, in bytes.
const PAYLOAD_BYTES: usize = 331;

/// The range of the amount in cents: 0.01 to 999999999.99.
const CENTS: std::ops::RangeInclusive<u64> = 1..=99_999_999_999;

/// The payload of the code.
pub(crate) fn payload(transfer: &CreditTransfer) -> Result<String, Unprintable> {
    let (cents, iban) = (transfer.cents, compact(&transfer.iban));
    if !CENTS.contains(&cents) {
        return Err(fault("its amount is from 0.01 to 999999999.99 euros"));
    }
    if !is_iban(&iban) {
        return Err(fault("the account is no IBAN"));
    }
    let bic = compact(transfer.bic.as_deref().unwrap_or_default());
    if !matches!(bic.len(), 0 | 8 | 11) || !is_alphanumeric(&bic) {
        return Err(fault("the bank's identifier is no BIC"));
    }
    let name = line(&transfer.name, 70);
    if name.is_empty() {
        return Err(fault("the holder of the account has no name"));
    }
    let (creditor, text) = match &transfer.reference {
        TransferReference::Creditor(reference) => (compact(reference), String::new()),
        TransferReference::Text(text) => (String::new(), line(text, 140)),
    };
    if !creditor.is_empty() && !is_creditor_reference(&creditor) {
        return Err(fault("the reference is no creditor reference"));
    }
    let (euros, rest) = (cents / 100, cents % 100);
    let amount = format!("EUR{euros}.{rest:02}");
    // The purpose is empty, and nothing follows the text.
    let lines = ["BCD", "002", "1", "SCT", &bic, &name, &iban, &amount, "", &creditor, &text];
    let payload = lines.join("\n").trim_end().to_owned();
    if payload.len() > PAYLOAD_BYTES {
        return Err(fault("name and reference are longer than it can hold"));
    }
    Ok(payload)
}

fn fault(detail: &str) -> Unprintable {
    Unprintable { code: INVOICE_PAYMENT_CODE, detail: format!("the payment code: {detail}") }
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_ascii_uppercase()
}

/// The first characters of a text, on one line.
fn line(text: &str, characters: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let first: String = words.join(" ").chars().take(characters).collect();
    first.trim_end().to_owned()
}

/// ISO 13616: a country, two check digits, at most 30 more letters and digits.
fn is_iban(iban: &str) -> bool {
    (15..=34).contains(&iban.len())
        && iban.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && checks(iban)
}

/// ISO 11649: `RF`, two check digits, at most 21 more letters and digits.
fn is_creditor_reference(reference: &str) -> bool {
    (5..=25).contains(&reference.len()) && reference.starts_with("RF") && checks(reference)
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether the check digits are right (ISO 7064, MOD 97-10): the first four characters moved to the
/// end, letters read as 10 to 35, the number leaves 1 when divided by 97.
fn checks(text: &str) -> bool {
    if !is_alphanumeric(text) || !text.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let moved = text.chars().skip(4).chain(text.chars().take(4));
    let digits = moved.filter_map(|c| c.to_digit(36));
    let rest = digits.fold(0, |rest, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (rest * shift + digit) % 97
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> CreditTransfer {
        CreditTransfer {
            name: "Bau & Söhne\nGmbH".into(),
            iban: "DE02 1203 0000 0000 2020 51".into(),
            bic: Some("BYLADEM1001".into()),
            cents: 184_599,
            reference: TransferReference::Text("RE-2026-00042".into()),
        }
    }

    #[test]
    fn a_payment_code_has_the_lines_of_the_guideline_and_an_amount_without_separators() {
        let head = "BCD\n002\n1\nSCT\nBYLADEM1001\nBau & Söhne GmbH\nDE02120300000000202051\n";
        let wanted = format!("{head}EUR1845.99\n\n\nRE-2026-00042");
        assert_eq!(payload(&transfer()).unwrap(), wanted);
        let creditor = CreditTransfer {
            reference: TransferReference::Creditor("RF18 5390 0754 7034".into()),
            cents: 99_999_999_999,
            bic: None,
            ..transfer()
        };
        let end = "\nDE02120300000000202051\nEUR999999999.99\n\nRF18539007547034";
        let payload = payload(&creditor).unwrap();
        assert!(payload.contains("SCT\n\nBau") && payload.ends_with(end), "{payload}");
    }

    #[test]
    fn a_name_has_seventy_characters_at_most() {
        let long = CreditTransfer { name: "ü".repeat(200), ..transfer() };
        assert!(payload(&long).unwrap().contains(&format!("\n{}\n", "ü".repeat(70))));
    }

    #[test]
    fn a_transfer_that_no_bank_would_take_has_no_payment_code() {
        let creditor = |text: &str| TransferReference::Creditor(text.into());
        let wrong = [
            CreditTransfer { cents: 0, ..transfer() },
            CreditTransfer { cents: 100_000_000_000, ..transfer() },
            CreditTransfer { iban: "DE03120300000000202051".into(), ..transfer() },
            CreditTransfer { iban: "120300000000202051".into(), ..transfer() },
            CreditTransfer { iban: "DE02ß20300000000202051".into(), ..transfer() },
            CreditTransfer { bic: Some("BYLADEM".into()), ..transfer() },
            CreditTransfer { name: " \n".into(), ..transfer() },
            CreditTransfer { reference: creditor("RF19539007547034"), ..transfer() },
            CreditTransfer { reference: creditor("RE-2026-00042"), ..transfer() },
            CreditTransfer {
                name: "€".repeat(70),
                reference: TransferReference::Text("€".repeat(140)),
                ..transfer()
            },
        ];
        for wrong in wrong {
            let refusal = payload(&wrong).unwrap_err();
            assert_eq!(refusal.code, INVOICE_PAYMENT_CODE, "{wrong:?}");
        }
    }
}
