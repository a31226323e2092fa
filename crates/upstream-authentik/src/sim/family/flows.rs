//! Flows, what is bound to them, and expression policies (section 9).

use super::{ENGINE_MODES, Family, FieldKind, NAME, choice, family, flag, number, one, required, text};
use crate::sim::objects::{Object, value_of};

const DESIGNATIONS: &[&str] = &[
    "authentication",
    "authorization",
    "invalidation",
    "enrollment",
    "unenrollment",
    "recovery",
    "stage_configuration",
];
const LAYOUTS: &[&str] = &[
    "stacked",
    "content_left",
    "content_right",
    "sidebar_left",
    "sidebar_right",
    "sidebar_left_frame_background",
    "sidebar_right_frame_background",
];
const AUTHENTICATIONS: &[&str] = &[
    "none",
    "require_authenticated",
    "require_unauthenticated",
    "require_superuser",
    "require_redirect",
    "require_outpost",
    "require_token",
];

pub static FLOW: Family = Family {
    class: "Flow",
    key: "slug",
    has_pointer: true,
    fields: &[
        NAME,
        required("slug", FieldKind::Slug),
        required("title", FieldKind::Filled),
        required("designation", FieldKind::Choice(DESIGNATIONS)),
        text("background", ""),
        choice("policy_engine_mode", ENGINE_MODES, "any"),
        flag("compatibility_mode", false),
        choice("layout", LAYOUTS, "stacked"),
        choice("denied_action", &["message_continue", "message", "continue"], "message_continue"),
        choice("authentication", AUTHENTICATIONS, "none"),
    ],
    unique: &[("slug", "Flow with this slug already exists.")],
    filters: &["flow_uuid", "name", "slug", "designation", "denied_action"],
    order: "slug",
    ..family("flows", "flows/instances", "authentik_flows", "flow")
};

pub static FLOW_BINDING: Family = Family {
    class: "FlowStageBinding",
    has_pointer: true,
    fields: &[
        required("target", FieldKind::One("flows")),
        required("stage", FieldKind::One("stages")),
        flag("evaluate_on_plan", false),
        flag("re_evaluate_policies", true),
        required("order", FieldKind::Number),
        choice("policy_engine_mode", ENGINE_MODES, "any"),
        choice("invalid_response_action", &["retry", "restart", "restart_with_context"], "retry"),
    ],
    filters: &[
        "fsb_uuid",
        "target",
        "stage",
        "order",
        "evaluate_on_plan",
        "re_evaluate_policies",
        "policy_engine_mode",
        "invalid_response_action",
    ],
    order: "order",
    check: |world, binding| {
        let same = |name: &str, other: &Object| value_of(binding, name) == value_of(other, name);
        let mut others = world.objects.of("flowBindings").filter(|other| !same("pk", other));
        if others.any(|other| ["target", "stage", "order"].iter().all(|name| same(name, other))) {
            let why = "The fields target, stage, order must make a unique set.";
            return Err(("non_field_errors", why.to_owned()));
        }
        Ok(())
    },
    ..family("flowBindings", "flows/bindings", "authentik_flows", "flowstagebinding")
};

pub static POLICY_BINDING: Family = Family {
    class: "PolicyBinding",
    fields: &[
        one("policy", "policies"),
        one("group", "groups"),
        one("user", "users"),
        required("target", FieldKind::One("targets")),
        flag("negate", false),
        flag("enabled", true),
        required("order", FieldKind::Number),
        number("timeout", 30),
        flag("failure_result", false),
    ],
    // There is none for groups (section 7).
    filters: &["target", "policy", "policy__isnull", "enabled", "order", "timeout"],
    order: "order",
    check: |_, binding| {
        let set = ["group", "policy", "user"].iter().filter(|name| !value_of(binding, name).is_null());
        let why = match set.count() {
            0 => "One of 'group', 'policy', 'user' must be set.",
            1 => return Ok(()),
            _ => "Only one of 'group', 'policy', 'user' can be set.",
        };
        Err(("non_field_errors", why.to_owned()))
    },
    ..family("bindings", "policies/bindings", "authentik_policies", "policybinding")
};

pub static EXPRESSION: Family = Family {
    class: "ExpressionPolicy",
    title: "Expression Policy",
    component: "ak-policy-expression-form",
    fields: &[NAME, flag("execution_logging", false), required("expression", FieldKind::Code("temp-policy"))],
    unique: &[("name", "Policy with this name already exists.")],
    filters: &["policy_uuid", "name", "execution_logging", "expression"],
    ..family("policies", "policies/expression", "authentik_policies_expression", "expressionpolicy")
};
