//! How records look in the journal.

use plinth_domain::{ApiKey, Document, FeatureFlag, Grant, Invitation, Job, Organization, Project};
use plinth_ports::Member;
use serde::Serialize;
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use crate::fact::Snapshot;

impl Snapshot for Project {
    const KIND: &'static str = "project";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        Some(self.id.uuid())
    }
    fn shape(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Shape<'a> {
            code: &'a str,
            name: &'a str,
            description: Option<&'a str>,
            status: &'static str,
            starts_on: Option<chrono::NaiveDate>,
            ends_on: Option<chrono::NaiveDate>,
            // Parsed at the edge, so it goes through as it is.
            metadata: Option<&'a RawValue>,
            version: i64,
        }
        Shape {
            code: self.code.as_str(),
            name: self.name.as_str(),
            description: self.description.as_ref().map(plinth_domain::Description::as_str),
            status: self.status.name(),
            starts_on: self.schedule.starts_on(),
            ends_on: self.schedule.ends_on(),
            metadata: serde_json::from_str(self.metadata.as_str()).ok(),
            version: self.revision.version.number(),
        }
    }
}

impl Snapshot for Organization {
    const KIND: &'static str = "organization";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn shape(&self) -> impl Serialize {
        let settings = &self.settings;
        json!({
            "name": self.name.as_str(),
            "slug": self.slug.as_str(),
            "status": self.status.name(),
            "settings": {
                "locale": settings.locale.as_str(),
                "timezone": settings.timezone.as_str(),
                "default_currency": settings.default_currency.as_str(),
                "document_kinds": settings.document_kinds.iter().map(|k| k.name()).collect::<Vec<_>>(),
                "max_upload_bytes": settings.max_upload.bytes(),
                "retention_days": settings.retention.days(),
                "invoice_numbering": {
                    "prefix": settings.invoice_numbering.prefix(),
                    "digits": settings.invoice_numbering.digits(),
                },
            },
            "version": self.revision.version.number(),
        })
    }
}

impl Snapshot for Member {
    const KIND: &'static str = "member";
    fn id(&self) -> Uuid {
        self.membership.user.uuid()
    }
    fn shape(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "name": self.name.as_str(),
            "role": self.membership.role.name(),
            "version": self.membership.revision.version.number(),
        })
    }
}

impl Snapshot for Invitation {
    const KIND: &'static str = "invitation";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn shape(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "role": self.role.name(),
            "expires_at": self.expires_at,
            "status": self.status(self.revision.updated_at),
            "version": self.revision.version.number(),
        })
    }
}

impl Snapshot for ApiKey {
    const KIND: &'static str = "api_key";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn shape(&self) -> impl Serialize {
        let (role, permissions) = match self.grant {
            Grant::Role(role) => (Some(role.name()), None),
            Grant::Permissions(set) => {
                (None, Some(set.iter().map(plinth_domain::Permission::name).collect::<Vec<_>>()))
            }
        };
        json!({
            "name": self.name.as_str(),
            "last_four": self.last_four,
            "role": role,
            "permissions": permissions,
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
            "version": self.revision.version.number(),
        })
    }
}

impl Snapshot for Job {
    const KIND: &'static str = "job";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn shape(&self) -> impl Serialize {
        json!({
            "kind": self.kind,
            "state": self.state.name(),
            "attempt": self.attempt,
            "max_attempts": self.max_attempts,
            "run_at": self.run_at,
            "error": self.error,
            "cancel_requested": self.cancel_requested,
            "version": self.revision.version.number(),
        })
    }
}

impl Snapshot for FeatureFlag {
    const KIND: &'static str = "feature_flag";
    fn id(&self) -> Uuid {
        self.over.map_or_else(Uuid::nil, |over| over.id.uuid())
    }
    fn shape(&self) -> impl Serialize {
        json!({ "key": self.key.as_str(), "override": self.over.map(|over| over.enabled) })
    }
}

impl Snapshot for Document {
    const KIND: &'static str = "document";
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        self.project.map(plinth_domain::Id::uuid)
    }
    fn shape(&self) -> impl Serialize {
        let version = &self.current;
        let verdict = version.processing.verdict();
        json!({
            "name": self.name.as_str(),
            "project_id": self.project.map(plinth_domain::Id::uuid),
            "kind": self.kind().name(),
            "status": version.processing.name(),
            "verdict": verdict.map(|v| json!({ "code": v.code, "detail": v.detail })),
            "version_id": version.id.uuid(),
            "number": version.number,
            "content_type": version.content_type.media_type(),
            "size_bytes": version.size_bytes,
            "job_id": version.job.uuid(),
            "version": self.revision.version.number(),
        })
    }
}
