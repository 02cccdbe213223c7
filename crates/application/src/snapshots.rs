//! How records look in the journal.

use plinth_domain::{
    ApiKey, Document, FeatureFlag, Grant, Invitation, Job, Organization, Permission,
};
use plinth_ports::Member;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::resource::Resource;

impl Resource for Organization {
    const KIND: &'static str = "organization";
    const TOPIC: &'static str = "organization";
    const READ: Permission = Permission::OrganizationRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
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

impl Resource for Member {
    const KIND: &'static str = "member";
    const TOPIC: &'static str = "members";
    const READ: Permission = Permission::MemberRead;
    fn id(&self) -> Uuid {
        self.membership.user.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "name": self.name.as_str(),
            "role": self.membership.role.name(),
            "version": self.membership.revision.version.number(),
        })
    }
}

impl Resource for Invitation {
    const KIND: &'static str = "invitation";
    const TOPIC: &'static str = "invitations";
    const READ: Permission = Permission::InvitationRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "role": self.role.name(),
            "expires_at": self.expires_at,
            "status": self.status(self.revision.updated_at),
            "version": self.revision.version.number(),
        })
    }
}

impl Resource for ApiKey {
    const KIND: &'static str = "api_key";
    const TOPIC: &'static str = "api_keys";
    const READ: Permission = Permission::ApiKeyRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
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

impl Resource for Job {
    const KIND: &'static str = "job";
    const TOPIC: &'static str = "jobs";
    const READ: Permission = Permission::JobRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
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

impl Resource for FeatureFlag {
    const KIND: &'static str = "feature_flag";
    const TOPIC: &'static str = "feature_flags";
    const READ: Permission = Permission::FeatureFlagRead;
    fn id(&self) -> Uuid {
        self.over.map_or_else(Uuid::nil, |over| over.id.uuid())
    }
    fn audit_view(&self) -> impl Serialize {
        json!({ "key": self.key.as_str(), "override": self.over.map(|over| over.enabled) })
    }
}

impl Resource for Document {
    const KIND: &'static str = "document";
    const TOPIC: &'static str = "documents";
    const READ: Permission = Permission::DocumentRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        self.project.map(plinth_domain::Id::uuid)
    }
    fn audit_view(&self) -> impl Serialize {
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
