use async_trait::async_trait;
use plinth_domain::{Channels, MailTiming, NotificationSettings, UserId};
use plinth_ports::{NotificationPreferences, NotificationSettingsReader, Result, StoreError};
use sea_orm::{
    NotSet, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict, extension::postgres::PgFunc},
};

use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::{name, set},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub mention_in_app: bool,
    pub mention_mail: String,
    pub reply_in_app: bool,
    pub reply_mail: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(MailTiming);

impl FromRow for NotificationSettings {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let channels = |in_app, mail| -> Result<Channels> {
            Ok(Channels { in_app: row.get(in_app)?, mail: row.value(mail)? })
        };
        Ok(Self {
            organization: row.value(Column::OrganizationId)?,
            user: row.value(Column::UserId)?,
            mention: channels(Column::MentionInApp, Column::MentionMail)?,
            reply: channels(Column::ReplyInApp, Column::ReplyMail)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&NotificationSettings> for ActiveModel {
    fn from(settings: &NotificationSettings) -> Self {
        Self {
            organization_id: NotSet,
            id: NotSet,
            user_id: set(&settings.user),
            mention_in_app: Set(settings.mention.in_app),
            mention_mail: set(&settings.mention.mail),
            reply_in_app: Set(settings.reply.in_app),
            reply_mail: set(&settings.reply.mail),
            version: Set(settings.revision.version.number()),
            created_at: Set(settings.revision.created_at),
            updated_at: Set(settings.revision.updated_at),
        }
    }
}

#[async_trait]
impl NotificationSettingsReader for ScopedTx {
    async fn of(&mut self, users: &[UserId]) -> Result<Vec<NotificationSettings>> {
        let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
        let one_of = ExprTrait::eq(Expr::col(Column::UserId), PgFunc::any(users));
        self.select::<Entity>().filter(one_of).all().await
    }
}

const UPDATE: &str = "UPDATE notification_settings SET mention_in_app = $3, mention_mail = $4, \
        reply_in_app = $5, reply_mail = $6, version = $7, updated_at = $8 \
    WHERE organization_id = $1 AND user_id = $2 AND version = $9";

#[async_trait]
impl NotificationPreferences for ScopedTx {
    async fn put(&mut self, settings: &NotificationSettings) -> Result<()> {
        let NotificationSettings { mention, reply, revision, .. } = settings;
        let previous = revision.previous().number();
        let written = if previous == 0 {
            let mut first = OnConflict::columns([Column::OrganizationId, Column::UserId]);
            self.add_or(ActiveModel::from(settings), first.do_nothing().to_owned()).await?
        } else {
            let values = vec![
                settings.user.uuid().into(),
                mention.in_app.into(),
                mention.mail.name().into(),
                reply.in_app.into(),
                reply.mail.name().into(),
                revision.version.number().into(),
                revision.updated_at.into(),
                previous.into(),
            ];
            self.write(UPDATE, values).await?
        };
        if written == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }
}
