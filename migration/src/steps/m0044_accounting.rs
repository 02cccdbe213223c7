//! The accounts of customers and suppliers, and room for the rules of accounts in the settings.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0044_accounting",
        up: r#"
            ALTER TABLE parties
                ADD debtor_account text COLLATE "C"
                    CHECK (debtor_account ~ '^[A-Za-z0-9.-]{1,20}$'),
                ADD creditor_account text COLLATE "C"
                    CHECK (creditor_account ~ '^[A-Za-z0-9.-]{1,20}$'),
                ADD UNIQUE (organization_id, debtor_account),
                ADD UNIQUE (organization_id, creditor_account);
            ALTER TABLE organizations DROP CONSTRAINT organizations_settings_size_check;
            ALTER TABLE organizations ADD CONSTRAINT organizations_settings_size_check
                CHECK (octet_length(settings::text) <= 114688) NOT VALID;"#
            .to_owned(),
        down: "ALTER TABLE organizations DROP CONSTRAINT organizations_settings_size_check;
            ALTER TABLE organizations ADD CONSTRAINT organizations_settings_size_check
                CHECK (octet_length(settings::text) <= 98304) NOT VALID;
            ALTER TABLE parties DROP debtor_account, DROP creditor_account;",
    }
}
