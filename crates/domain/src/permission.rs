use crate::Role;

/// Declares each permission once: the `resource:action` name that tokens, API keys and the OpenAPI
/// document use, and the roles that have it. A record has four: every role may read, and the roles
/// of its group may create, update and delete.
macro_rules! permissions {
    (
        $(records by $writers:ident {
            $($resource:literal: $read:ident, $create:ident, $update:ident, $delete:ident;)*
        })*
        others { $($variant:ident = $name:literal => $roles:expr,)* }
    ) => {
        /// An operation that a role or an API key may allow.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each is named after its resource and action")]
        pub enum Permission { $($variant,)* $($($read, $create, $update, $delete,)*)* }

        impl Permission {
            /// Every permission, in the order of their declaration.
            pub const ALL: &[Self] = &[
                $(Self::$variant,)*
                $($(Self::$read, Self::$create, Self::$update, Self::$delete,)*)*
            ];

            /// The `resource:action` name: `project:read`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    $($(
                        Self::$read => concat!($resource, ":read"),
                        Self::$create => concat!($resource, ":create"),
                        Self::$update => concat!($resource, ":update"),
                        Self::$delete => concat!($resource, ":delete"),
                    )*)*
                }
            }

            /// Finds a permission by its `resource:action` name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|permission| permission.name() == name)
            }

            /// The built-in roles that have it.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$variant => $roles,)*
                    $($(
                        Self::$read => ALL,
                        Self::$create | Self::$update | Self::$delete => $writers,
                    )*)*
                }
            }
        }
    };
}

/// Every role.
const ALL: &[Role] = &Role::ALL;
/// The roles that take all of the organization away, or remove it.
const OWNERS: &[Role] = &[Role::Owner];
/// The roles that manage the organization.
const MANAGERS: &[Role] = &[Role::Owner, Role::Admin];
/// The roles that write records of the work itself: projects, documents.
const WRITERS: &[Role] = &[Role::Owner, Role::Admin, Role::Member];
/// The roles that write what the books stand on: parties, contracts, invoices, payments.
const BOOKKEEPERS: &[Role] = &[Role::Owner, Role::Admin, Role::Accountant];
/// The roles that write records of any kind.
const AUTHORS: &[Role] = &[Role::Owner, Role::Admin, Role::Accountant, Role::Member];
/// The roles that audit the organization.
const AUDITORS: &[Role] = &[Role::Owner, Role::Admin, Role::Accountant];

// A line without roles does not compile, so the roles of each permission are an explicit decision.
permissions! {
    records by WRITERS {
        "document": DocumentRead, DocumentCreate, DocumentUpdate, DocumentDelete;
        "project": ProjectRead, ProjectCreate, ProjectUpdate, ProjectDelete;
        "prompt": PromptRead, PromptCreate, PromptUpdate, PromptDelete;
        "dataset": DatasetRead, DatasetCreate, DatasetUpdate, DatasetDelete;
        "evaluator": EvaluatorRead, EvaluatorCreate, EvaluatorUpdate, EvaluatorDelete;
        "evaluation": EvaluationRead, EvaluationCreate, EvaluationUpdate, EvaluationDelete;
        "document_link": DocumentLinkRead, DocumentLinkCreate, DocumentLinkUpdate, DocumentLinkDelete;
    }
    records by BOOKKEEPERS {
        "contract": ContractRead, ContractCreate, ContractUpdate, ContractDelete;
        "invoice": InvoiceRead, InvoiceCreate, InvoiceUpdate, InvoiceDelete;
        "party": PartyRead, PartyCreate, PartyUpdate, PartyDelete;
    }
    records by MANAGERS {
        "model": ModelRead, ModelCreate, ModelUpdate, ModelDelete;
        "team": TeamRead, TeamCreate, TeamUpdate, TeamDelete;
    }
    others {
        WebhookRead = "webhook:read" => MANAGERS,
        WebhookCreate = "webhook:create" => MANAGERS,
        WebhookUpdate = "webhook:update" => MANAGERS,
        WebhookDelete = "webhook:delete" => MANAGERS,
        OrganizationRead = "organization:read" => ALL,
        OrganizationUpdate = "organization:update" => MANAGERS,
        OrganizationExport = "organization:export" => OWNERS,
        OrganizationErase = "organization:erase" => OWNERS,
        SsoRead = "sso:read" => MANAGERS,
        SsoUpdate = "sso:update" => OWNERS,
        MemberRead = "member:read" => ALL,
        MemberUpdate = "member:update" => MANAGERS,
        MemberRemove = "member:remove" => MANAGERS,
        RoleRead = "role:read" => ALL,
        RoleCreate = "role:create" => MANAGERS,
        RoleUpdate = "role:update" => MANAGERS,
        RoleDelete = "role:delete" => MANAGERS,
        ProjectAccessRead = "project_access:read" => MANAGERS,
        ProjectAccessUpdate = "project_access:update" => MANAGERS,
        InvitationRead = "invitation:read" => MANAGERS,
        InvitationCreate = "invitation:create" => MANAGERS,
        InvitationRevoke = "invitation:revoke" => MANAGERS,
        ApiKeyRead = "api_key:read" => MANAGERS,
        ApiKeyCreate = "api_key:create" => MANAGERS,
        ApiKeyRevoke = "api_key:revoke" => MANAGERS,
        SupportAccessRead = "support_access:read" => MANAGERS,
        SupportAccessUpdate = "support_access:update" => MANAGERS,
        JobRead = "job:read" => ALL,
        JobRetry = "job:retry" => WRITERS,
        JobCancel = "job:cancel" => WRITERS,
        EventRead = "event:read" => ALL,
        ExecutionRead = "execution:read" => ALL,
        ExecutionCreate = "execution:create" => WRITERS,
        ExecutionCancel = "execution:cancel" => WRITERS,
        ExecutionScore = "execution:score" => WRITERS,
        AgentRunRead = "agent_run:read" => ALL,
        AgentRunCreate = "agent_run:create" => WRITERS,
        AgentRunResume = "agent_run:resume" => WRITERS,
        AgentRunCancel = "agent_run:cancel" => WRITERS,
        AuditLogRead = "audit_log:read" => AUDITORS,
        InvoiceIssue = "invoice:issue" => BOOKKEEPERS,
        InvoiceApprove = "invoice:approve" => BOOKKEEPERS,
        InvoiceVoid = "invoice:void" => BOOKKEEPERS,
        InvoiceWriteOff = "invoice:write_off" => BOOKKEEPERS,
        InvoiceDun = "invoice:dun" => BOOKKEEPERS,
        InvoiceBackdate = "invoice:backdate" => MANAGERS,
        PaymentRead = "payment:read" => ALL,
        PaymentCreate = "payment:create" => BOOKKEEPERS,
        PaymentUpdate = "payment:update" => BOOKKEEPERS,
        PaymentReverse = "payment:reverse" => BOOKKEEPERS,
        BankTransactionRead = "bank_transaction:read" => BOOKKEEPERS,
        ReportRead = "report:read" => BOOKKEEPERS,
        ReportCreate = "report:create" => BOOKKEEPERS,
        PromptRelease = "prompt:release" => MANAGERS,
        BudgetRead = "budget:read" => AUDITORS,
        BudgetCreate = "budget:create" => MANAGERS,
        BudgetUpdate = "budget:update" => MANAGERS,
        BudgetDelete = "budget:delete" => MANAGERS,
        SearchRead = "search:read" => ALL,
        FeatureFlagRead = "feature_flag:read" => ALL,
        CommentRead = "comment:read" => ALL,
        CommentCreate = "comment:create" => AUTHORS,
        CommentModerate = "comment:moderate" => MANAGERS,
        NotificationRead = "notification:read" => ALL,
        NotificationUpdate = "notification:update" => ALL,
        FeatureFlagUpdate = "feature_flag:update" => MANAGERS,
    }
}

impl Permission {
    /// Whether no role but that of owners has it.
    #[must_use]
    pub fn is_for_owners_only(self) -> bool {
        self.roles().iter().all(|role| *role == Role::Owner)
    }
}

/// A set of permissions: one bit each, so at most 128 of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PermissionSet(u128);

impl PermissionSet {
    /// Every permission.
    pub const ALL: Self = Self(u128::MAX);

    /// Whether `permission` is in the set.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u128) != 0
    }

    /// The permissions that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The permissions that are in one of the sets, or in both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every permission of `other` is in the set.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The permissions, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, p| set | 1 << p as u128))
    }
}

impl Role {
    /// Whether the role has `permission`: see [`Permission::roles`].
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// The permissions of the role.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL.iter().copied().filter(|p| self.allows(*p)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_permission() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.name()), Some(*permission));
        }
        assert!(Permission::ALL.len() <= 128, "a set is one u128");
    }

    #[test]
    fn a_set_holds_exactly_the_permissions_it_was_made_of() {
        for permission in Permission::ALL {
            let set: PermissionSet = [*permission].into_iter().collect();
            assert!(set.iter().eq([*permission]));
        }
    }

    #[test]
    fn accountants_write_billing_records_and_members_only_read_them() {
        for role in Role::ALL {
            let writes = matches!(role, Role::Owner | Role::Admin | Role::Accountant);
            assert!(role.allows(Permission::PartyRead), "{role:?}");
            assert_eq!(role.allows(Permission::PartyCreate), writes, "{role:?}");
            assert_eq!(role.allows(Permission::PartyUpdate), writes, "{role:?}");
            assert_eq!(role.allows(Permission::PartyDelete), writes, "{role:?}");
        }
    }

    #[test]
    fn an_owner_has_every_permission() {
        for permission in Permission::ALL {
            assert!(permission.roles().contains(&Role::Owner), "{}", permission.name());
        }
    }
}
