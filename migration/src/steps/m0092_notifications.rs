//! What users are told in an organization, and how they want to be told.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0092_notifications",
        up: [notifications(tenancy), settings(tenancy)].join("\n"),
        down: "DROP TABLE notification_settings;
            DROP TABLE notifications;",
    }
}

/// The subject is that of the comment, whose subject never changes.
fn notifications(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE notifications (
            {COLUMNS},
            user_id uuid NOT NULL,
            kind text COLLATE "C" NOT NULL CHECK (kind IN ('mention', 'reply')),
            comment_id uuid NOT NULL,
            subject_kind text COLLATE "C" NOT NULL
                CHECK (char_length(subject_kind) BETWEEN 1 AND 100),
            subject uuid NOT NULL,
            actor_id uuid NOT NULL REFERENCES users (id),
            in_app boolean NOT NULL,
            in_digest boolean NOT NULL,
            mailed boolean NOT NULL,
            read_at timestamptz,
            FOREIGN KEY (organization_id, comment_id) REFERENCES comments (organization_id, id)
                ON DELETE CASCADE,
            FOREIGN KEY (organization_id, user_id)
                REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
        );
        CREATE INDEX notifications_user_id_idx
            ON notifications (organization_id, user_id, created_at, id);
        CREATE INDEX notifications_unread_idx
            ON notifications (organization_id, user_id, created_at, id)
            WHERE in_app AND read_at IS NULL;
        CREATE INDEX notifications_comment_id_idx ON notifications (organization_id, comment_id);
        CREATE INDEX notifications_created_at_idx
            ON notifications (organization_id, created_at, id);
        CREATE INDEX notifications_digest_idx ON notifications (organization_id, user_id)
            WHERE in_digest;
        CREATE INDEX notifications_mailed_idx
            ON notifications (organization_id, user_id, created_at) WHERE mailed;
        {protect}
        "#,
        protect = tenancy.protect("notifications"),
    )
}

/// A user without a row has the defaults.
fn settings(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE notification_settings (
            {COLUMNS},
            user_id uuid NOT NULL,
            mention_in_app boolean NOT NULL,
            mention_mail text COLLATE "C" NOT NULL
                CHECK (mention_mail IN ('none', 'immediately', 'daily')),
            reply_in_app boolean NOT NULL,
            reply_mail text COLLATE "C" NOT NULL
                CHECK (reply_mail IN ('none', 'immediately', 'daily')),
            UNIQUE (organization_id, user_id),
            FOREIGN KEY (organization_id, user_id)
                REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
        );
        {protect}
        "#,
        protect = tenancy.protect("notification_settings"),
    )
}
