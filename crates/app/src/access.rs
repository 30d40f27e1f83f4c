//! Who may do what: one table that the checks, the tests and the manual share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What a person or program is in this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works with enabled recipes on real systems.
    Operator,
    /// Writes recipes and tries them in the simulated campus. On purpose not an operator.
    Author,
    /// Looks after tools, settings, people.
    Admin,
    /// Who installed it, and whoever is alone: every right of every role.
    Owner,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See runs, figures, artifacts, agents, recipes, tools.
    See,
    /// Start runs on real systems, cancel them, answer questions, confirm manual steps, resolve parked steps.
    Operate,
    /// Start runs in the simulated campus.
    Simulate,
    /// Say yes or no to a step that asks.
    Approve,
    /// Write, validate and delete recipes; define agents.
    Author,
    /// Let times and messages start workflows.
    Schedule,
    /// Add, change and remove tools; call any of their actions directly.
    ManageTools,
    /// Change the workspace's settings; seed.
    ManageWorkspace,
    /// Tokens and sessions of others, and the audit trail.
    ManageAccess,
}

/// How a role stands to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allowed {
    /// Always.
    Yes,
    /// Never.
    No,
    /// When an admin has granted it to this person or token.
    Granted,
}

impl Role {
    /// All roles, from few rights to many.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Operator,
        Self::Author,
        Self::Admin,
        Self::Owner,
    ];

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Author => "author",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name, without case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(name))
    }

    /// The role of a stored name; a name that is none gives no rights at all.
    pub(crate) fn stored(name: &str) -> Result<Self, Error> {
        Self::named(name)
            .ok_or_else(|| Error::Internal(format!("the stored role {name:?} is none")))
    }
}

/// The table of roles: a permission, what it means, and what each of [`Role::ALL`] may.
pub const TABLE: [(Permission, &str, [Allowed; 5]); 9] = {
    use Allowed::{Granted, No, Yes};
    [
        (
            Permission::See,
            "see runs, figures, artifacts and the catalog",
            [Yes, Yes, Yes, Yes, Yes],
        ),
        (
            Permission::Operate,
            "start runs on real systems, cancel, resolve parked steps",
            [No, Yes, No, Yes, Yes],
        ),
        (
            Permission::Simulate,
            "run with simulated tools",
            [No, Yes, Yes, Yes, Yes],
        ),
        (
            Permission::Approve,
            "approve a risky step",
            [No, Granted, No, Granted, Yes],
        ),
        (
            Permission::Author,
            "write and validate recipes, define agents",
            [No, No, Yes, Yes, Yes],
        ),
        (
            Permission::Schedule,
            "switch on workflows that start by themselves",
            [No, No, No, Yes, Yes],
        ),
        (
            Permission::ManageTools,
            "add, change and remove tools, call their actions directly",
            [No, No, No, Yes, Yes],
        ),
        (
            Permission::ManageWorkspace,
            "change settings, seed the workspace",
            [No, No, No, Yes, Yes],
        ),
        (
            Permission::ManageAccess,
            "tokens and sessions of others, the audit trail",
            [No, No, No, Yes, Yes],
        ),
    ]
};

impl Permission {
    /// What the table says about a role.
    pub fn for_role(self, role: Role) -> Allowed {
        TABLE
            .iter()
            .find(|(permission, _, _)| *permission == self)
            .and_then(|(_, _, row)| {
                let at = Role::ALL.iter().position(|r| *r == role)?;
                row.get(at).copied()
            })
            .unwrap_or(Allowed::No)
    }

    /// What it allows, for people.
    pub fn describe(self) -> &'static str {
        TABLE
            .iter()
            .find(|(permission, _, _)| *permission == self)
            .map_or("", |(_, text, _)| text)
    }
}

/// Who asks for an operation. There is no default: whoever has none is refused at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// Stable id for idempotency keys and the audit trail: `token:ID` or `user:NAME`.
    pub id: String,
    /// What records show.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether an admin granted the right to approve.
    pub may_approve: bool,
}

impl Actor {
    /// The owner, under a name of their own (the CLI without a server acts as this).
    pub fn owner(name: &str) -> Self {
        Self {
            id: format!("user:{name}"),
            name: name.to_owned(),
            role: Role::Owner,
            may_approve: true,
        }
    }

    /// States whether the actor may.
    pub fn may(&self, permission: Permission) -> bool {
        match permission.for_role(self.role) {
            Allowed::Yes => true,
            Allowed::No => false,
            Allowed::Granted => self.may_approve,
        }
    }

    /// Refuses unless the actor may.
    ///
    /// # Errors
    /// [`Error::NotAllowed`].
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.may(permission) {
            return Ok(());
        }
        Err(Error::NotAllowed {
            what: permission.describe().to_owned(),
            role: self.role,
        })
    }
}
