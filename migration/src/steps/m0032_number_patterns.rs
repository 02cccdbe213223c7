//! The patterns of numbers in the settings of organizations.

use super::Sql;
use crate::tenancy::unforced;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0032_number_patterns",
        // Only that of invoices was there, as a prefix and a number of digits. A setting that is
        // absent has its default, so the others need nothing.
        up: unforced(
            &["organizations"],
            r"UPDATE organizations SET settings = settings - 'invoice_numbering' ||
                jsonb_build_object('number_patterns', jsonb_build_object('invoice',
                    (settings #>> '{invoice_numbering,prefix}') || '{number:0' ||
                    (settings #>> '{invoice_numbering,digits}') || '}'))
            WHERE settings ? 'invoice_numbering'",
        ),
        // A pattern that is no prefix with 3 to 10 digits becomes the default of the version before.
        down: r"
            ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
            UPDATE organizations SET settings = settings - 'number_patterns' - 'seller'
                - 'payable_approval' - 'default_payment_terms_days' - 'fiscal_year_start_month' - 'books_closed_until' ||
                CASE WHEN settings #>> '{number_patterns,invoice}'
                    ~ '^[A-Za-z0-9./-]{0,16}\{number:0([3-9]|10)\}$'
                THEN jsonb_build_object('invoice_numbering', jsonb_build_object(
                    'prefix', split_part(settings #>> '{number_patterns,invoice}', '{', 1),
                    'digits', (substring(settings #>> '{number_patterns,invoice}'
                        FROM '0([0-9]+)\}$'))::int))
                ELSE '{}' END
            WHERE settings ? 'number_patterns';
            ALTER TABLE organizations FORCE ROW LEVEL SECURITY",
    }
}
