//! The language and the time zone that users have chosen. A membership has a copy of the language, as of
//! the name: an organization writes mails to its members, and reads no accounts.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0071_languages_of_users",
        up: r#"ALTER TABLE users
                ADD locale text COLLATE "C",
                ADD time_zone text COLLATE "C",
                ADD CONSTRAINT users_locale_check
                    CHECK (char_length(locale) BETWEEN 2 AND 7) NOT VALID,
                ADD CONSTRAINT users_time_zone_check
                    CHECK (char_length(time_zone) BETWEEN 1 AND 64) NOT VALID;
            ALTER TABLE memberships
                ADD locale text COLLATE "C",
                ADD CONSTRAINT memberships_locale_check
                    CHECK (char_length(locale) BETWEEN 2 AND 7) NOT VALID;"#
            .to_owned(),
        down: "ALTER TABLE memberships DROP locale;
            ALTER TABLE users DROP locale, DROP time_zone;",
    }
}
