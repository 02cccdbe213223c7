use crate::{Invalid, Text};

crate::codes! {
    E_INVOICE_SCHEME_UNKNOWN = "e_invoice_scheme.unknown",
        "A value is no scheme of the list of electronic addresses (EAS).";
}

/// The scheme of an electronic address: a code of the EAS list. `0204` is a Leitweg-ID, `9930` a
/// German VAT id, `EM` an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EInvoiceScheme(&'static str);

/// The codes that EN 16931 allows (rule BR-CL-25 of the CEN validation artefacts 1.3.16), with blanks
/// between them.
const SCHEMES: &str = "\
    0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 \
    0177 0183 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 \
    0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 \
    0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 \
    9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 \
    9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS \
    AU EM";

impl EInvoiceScheme {
    /// Finds a scheme by its code.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known = SCHEMES.split(' ').find(|code| *code == text);
        known.map(Self).ok_or_else(|| {
            let detail = "must be a code of the EAS list, such as 0204, 9930 or EM";
            Invalid::new(E_INVOICE_SCHEME_UNKNOWN, detail)
        })
    }

    /// The code.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// Where a party receives electronic invoices: BT-34 and BT-49 of EN 16931.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EInvoiceAddress {
    /// What kind of address it is.
    pub scheme: EInvoiceScheme,
    /// The address within the scheme.
    pub id: Text<100>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_a_code_of_the_list() {
        assert!(SCHEMES.split(' ').is_sorted());
        for text in ["0204", "9930", "EM"] {
            assert_eq!(EInvoiceScheme::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " ", "204", "em", "9999", "0002 0007"] {
            let refused = EInvoiceScheme::parse(text).unwrap_err();
            assert_eq!(refused.code, E_INVOICE_SCHEME_UNKNOWN, "{text:?}");
        }
    }
}
