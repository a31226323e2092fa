//! The kinds of objects in Authentik that entries speak of: where the API has them, how one is found there, and what a
//! blueprint calls them (authentik, section 1).

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named after the models of Authentik")]
pub enum Model {
    Group,
    User,
    Role,
    Token,
    Brand,
    KeyPair,
    ScopeMapping,
    Provider,
    Application,
    PolicyBinding,
    ExpressionPolicy,
    Flow,
    FlowStageBinding,
    Prompt,
    PromptStage,
    IdentificationStage,
    EmailStage,
    ValidateStage,
    UserWriteStage,
    UserLoginStage,
}

/// What is not a field of an object's own, and is set by a call of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// The permissions of a role.
    Permissions,
    /// The roles of a user.
    Roles,
}

impl Model {
    /// Where the API has its objects.
    pub fn path(self) -> &'static str {
        match self {
            Self::Group => "/api/v3/core/groups/",
            Self::User => "/api/v3/core/users/",
            Self::Role => "/api/v3/rbac/roles/",
            Self::Token => "/api/v3/core/tokens/",
            Self::Brand => "/api/v3/core/brands/",
            Self::KeyPair => "/api/v3/crypto/certificatekeypairs/",
            Self::ScopeMapping => "/api/v3/propertymappings/provider/scope/",
            Self::Provider => "/api/v3/providers/oauth2/",
            Self::Application => "/api/v3/core/applications/",
            Self::PolicyBinding => "/api/v3/policies/bindings/",
            Self::ExpressionPolicy => "/api/v3/policies/expression/",
            Self::Flow => "/api/v3/flows/instances/",
            Self::FlowStageBinding => "/api/v3/flows/bindings/",
            Self::Prompt => "/api/v3/stages/prompt/prompts/",
            Self::PromptStage => "/api/v3/stages/prompt/stages/",
            Self::IdentificationStage => "/api/v3/stages/identification/",
            Self::EmailStage => "/api/v3/stages/email/",
            Self::ValidateStage => "/api/v3/stages/authenticator/validate/",
            Self::UserWriteStage => "/api/v3/stages/user_write/",
            Self::UserLoginStage => "/api/v3/stages/user_login/",
        }
    }

    /// What a blueprint calls it.
    pub fn blueprint(self) -> &'static str {
        match self {
            Self::Group => "authentik_core.group",
            Self::User => "authentik_core.user",
            Self::Role => "authentik_rbac.role",
            Self::Token => "authentik_core.token",
            Self::Brand => "authentik_brands.brand",
            Self::KeyPair => "authentik_crypto.certificatekeypair",
            Self::ScopeMapping => "authentik_providers_oauth2.scopemapping",
            Self::Provider => "authentik_providers_oauth2.oauth2provider",
            Self::Application => "authentik_core.application",
            Self::PolicyBinding => "authentik_policies.policybinding",
            Self::ExpressionPolicy => "authentik_policies_expression.expressionpolicy",
            Self::Flow => "authentik_flows.flow",
            Self::FlowStageBinding => "authentik_flows.flowstagebinding",
            Self::Prompt => "authentik_stages_prompt.prompt",
            Self::PromptStage => "authentik_stages_prompt.promptstage",
            Self::IdentificationStage => "authentik_stages_identification.identificationstage",
            Self::EmailStage => "authentik_stages_email.emailstage",
            Self::ValidateStage => "authentik_stages_authenticator_validate.authenticatorvalidatestage",
            Self::UserWriteStage => "authentik_stages_user_write.userwritestage",
            Self::UserLoginStage => "authentik_stages_user_login.userloginstage",
        }
    }

    /// The field that other objects refer to it by.
    pub fn id(self) -> &'static str {
        match self {
            Self::Brand => "brand_uuid",
            _ => "pk",
        }
    }

    /// The field that is the end of its address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Application | Self::Flow => "slug",
            Self::Token => "identifier",
            _ => self.id(),
        }
    }

    /// True when it is read by its key. The list of applications shows what the caller may open, from a cache that knows
    /// no filters (authentik, section 7).
    pub fn is_read_by_key(self) -> bool {
        self.key() != self.id()
    }

    /// The field of a target by which bindings to it are listed; they are made, and shown, with its id (authentik,
    /// section 9).
    pub fn listed_by(self) -> &'static str {
        match self {
            Self::FlowStageBinding => "policybindingmodel_ptr_id",
            _ => self.id(),
        }
    }

    /// What is asked for beside the filters, so that answers stay short (authentik, sections 2, 3 and 6).
    pub fn asked(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Group => &[("include_users", "false")],
            Self::User => &[("include_groups", "false")],
            Self::KeyPair => &[("include_details", "false")],
            _ => &[],
        }
    }

    /// True when a change must name both ends again, or the server breaks (authentik, section 9).
    pub fn repeats_identifiers(self) -> bool {
        self == Self::PolicyBinding
    }

    /// The call that sets a field which is none of its own.
    pub fn special(self, field: &str) -> Option<Special> {
        match (self, field) {
            (Self::Role, "permissions") => Some(Special::Permissions),
            (Self::User, "roles") => Some(Special::Roles),
            _ => None,
        }
    }
}
