//! Groups of values that a party and the organization as a seller have: bodies, views and patches.

use plinth_domain::{
    Address, AddressChanges, BankAccount, BankAccountChanges, Bic, Contact, ContactChanges,
    Country, EInvoiceAddress, EInvoiceScheme, Email, Iban, Name, Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::{Faults, Merge};

/// Declares the body and view of a group of optional texts, and its merge patch.
macro_rules! group {
    (
        $(#[$meta:meta])*
        $body:ident as $schema:ident, $patch:ident of $group:ident, $changes:ident {
            $($(#[$doc:meta])* $field:ident: $type:ty, $min:tt to $max:tt, $example:tt;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = $schema)]
        pub(crate) struct $body {
            $(
                $(#[$doc])*
                #[schema(min_length = $min, max_length = $max, example = $example)]
                $field: Option<String>,
            )+
        }

        $(#[$meta])*
        /// A merge patch: `null` clears a value, and the others stay.
        #[derive(Debug, Default, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $patch {
            $(
                #[serde(default)]
                #[schema(
                    value_type = Option<String>,
                    min_length = $min, max_length = $max, example = $example
                )]
                $field: Merge<String>,
            )+
        }

        impl From<&$group> for $body {
            fn from(group: &$group) -> Self {
                Self { $($field: group.$field.as_ref().map(|value| value.as_str().to_owned()),)+ }
            }
        }

        impl $body {
            /// The values, for a group at the pointer `at`.
            pub(crate) fn check(self, f: &mut Faults, at: &str) -> Option<$group> {
                $(let $field = f.check_some(
                    &format!(concat!("{}/", stringify!($field)), at),
                    self.$field,
                    |text| <$type>::parse(&text),
                );)+
                Some($group { $($field: $field?,)+ })
            }
        }

        impl $patch {
            fn check(self, f: &mut Faults, at: &str) -> Option<$changes> {
                $(let $field = self.$field.optional(
                    f,
                    &format!(concat!("{}/", stringify!($field)), at),
                    |text| <$type>::parse(&text),
                );)+
                Some($changes { $($field: $field?,)+ })
            }
        }

        impl Merge<$patch> {
            /// The changes of a group at the pointer `at`; `null` clears all of it.
            pub(crate) fn changes(self, f: &mut Faults, at: &str) -> Option<$changes> {
                match self.0 {
                    None => Some($changes::default()),
                    Some(None) => Some($changes::clear()),
                    Some(Some(patch)) => patch.check(f, at),
                }
            }
        }
    };
}

group! {
    /// A postal address.
    AddressBody as Address, AddressPatch of Address, AddressChanges {
        /// The street and the number of the house.
        street: Text<200>, 1 to 200, "Am Sandtorkai 7";
        /// A further line: the building, the floor, `c/o`.
        additional: Text<200>, 1 to 200, "Haus B";
        postal_code: Text<20>, 1 to 20, "20457";
        city: Text<100>, 1 to 100, "Hamburg";
        /// The state, province or canton.
        region: Text<100>, 1 to 100, "Hamburg";
        /// The country (ISO 3166-1 alpha-2).
        country: Country, 2 to 2, "DE";
    }
}

group! {
    /// Who is asked about an invoice.
    ContactBody as Contact, ContactPatch of Contact, ContactChanges {
        /// The name of a person or of a department.
        name: Name, 1 to 200, "Ada Lovelace";
        email: Email, 3 to 254, "invoices@example.com";
        phone: Text<50>, 1 to 50, "+49 40 123456";
    }
}

group! {
    /// A bank account.
    BankAccountBody as BankAccount, BankAccountPatch of BankAccount, BankAccountChanges {
        /// The IBAN (ISO 13616), stored without blanks.
        iban: Iban, 5 to 50, "DE89370400440532013000";
        /// The BIC (ISO 9362).
        bic: Bic, 8 to 50, "COBADEFFXXX";
        bank_name: Text<100>, 1 to 100, "Commerzbank";
        /// The name of the account's holder, where it is another one than the party's.
        holder: Name, 1 to 200, "Hochbau Nord GmbH";
    }
}

/// Where a party receives electronic invoices. A patch replaces it as a whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EInvoiceAddress)]
pub(crate) struct EInvoiceAddressBody {
    /// The kind of address: a code of the EAS list.
    #[schema(min_length = 2, max_length = 4, example = "0204")]
    scheme: String,
    /// The address within the scheme.
    #[schema(min_length = 1, max_length = 100, example = "04011000-1234512345-06")]
    id: String,
}

impl From<&EInvoiceAddress> for EInvoiceAddressBody {
    fn from(address: &EInvoiceAddress) -> Self {
        Self { scheme: address.scheme.as_str().to_owned(), id: address.id.as_str().to_owned() }
    }
}

impl EInvoiceAddressBody {
    /// The address, for one at the pointer `at`.
    pub(crate) fn check(self, f: &mut Faults, at: &str) -> Option<EInvoiceAddress> {
        let scheme = f.check(&format!("{at}/scheme"), EInvoiceScheme::parse(&self.scheme));
        let id = f.check(&format!("{at}/id"), Text::parse(&self.id));
        Some(EInvoiceAddress { scheme: scheme?, id: id? })
    }
}
