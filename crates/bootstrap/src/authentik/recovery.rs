//! How people choose a password: by a link that Dezky asks for, or by one that they ask for themselves. No such flow is
//! shipped (authentik, section 10).
//!
//! A link restores a plan in which the person is known, so identification and e-mail are passed over. They are not where
//! the link is another's than the person who was identified in the same browser before: whoever has a link of their own
//! would set somebody else's password.

use crate::engine::REFUSALS;
use crate::entry::{Entry, Guard, Ref, Rule, Told, Want};
use crate::model::Model;

const WHY: &str = "bootstrap-why-recovery";
/// Whoever knows a name would be asked for that person's new password at once.
const WHY_EMAIL: &str = "bootstrap-why-recovery-email";
const FLOW: &str = "recovery";
const BY_LINK: &str = "recovery-by-link";

/// True where the stage is to be shown.
const NOT_BY_LINK: &str = "\
token = request.context.get(\"is_restored\")
return not (token and token.user == request.context.get(\"pending_user\"))";

/// Its parts and its place on the brand.
pub fn entries() -> Vec<Entry> {
    let flow = Entry::new(FLOW, WHY, Model::Flow, "slug", "dezky-recovery".into())
        .at_first("name", "Dezky recovery")
        .at_first("title", "Reset your password")
        .exactly("designation", "recovery")
        // With `require_token` no link can be made.
        .exactly("authentication", "none");
    let mut entries = vec![
        flow,
        field("recovery-password", "dezky-recovery-password", "password", "Password", 0),
        field("recovery-repeat", "dezky-recovery-repeat", "password_repeat", "Password (repeat)", 1),
        Entry::new(BY_LINK, WHY, Model::ExpressionPolicy, "name", "dezky-recovery-by-link".into())
            .exactly("expression", NOT_BY_LINK),
    ];
    entries.extend(stages());
    entries.extend(bindings());
    let brand = Entry::new("brand", WHY, Model::Brand, "default", true.into());
    let foreign = Rule::UnlessSet(Some("bootstrap-left-recovery"));
    entries.push(brand.with("flow_recovery", Ref::Of(FLOW).into(), foreign));
    entries
}

fn field(id: &'static str, name: &'static str, key: &'static str, label: &'static str, order: i64) -> Entry {
    Entry::new(id, WHY, Model::Prompt, "name", name.into())
        .exactly("field_key", key)
        .exactly("type", "password")
        .exactly("required", true)
        .exactly("order", order)
        .at_first("label", label)
        .at_first("placeholder", label)
}

fn stages() -> [Entry; 6] {
    let stage = |id, name: &str, model| {
        let why = if model == Model::EmailStage { WHY_EMAIL } else { WHY };
        Entry::new(id, why, model, "name", name.into())
    };
    [
        stage("recovery-identification", "dezky-recovery-identification", Model::IdentificationStage)
            .exactly("user_fields", &["email", "username"][..])
            // Whoever asks isn't told who has an account.
            .exactly("pretend_user_exists", true),
        stage("recovery-email", "dezky-recovery-email", Model::EmailStage)
            // A link must not resume somebody who is suspended.
            .exactly("activate_user_on_success", false)
            .at_first("use_global_settings", true)
            .at_first("subject", "Reset your password")
            .at_first("template", "email/password_reset.html")
            .at_first("token_expiry", "minutes=30"),
        // A mailbox alone must not be enough for whoever has a second factor.
        stage("recovery-second-factor", "dezky-recovery-second-factor", Model::ValidateStage)
            .exactly("not_configured_action", "skip")
            .at_least(
                "device_classes",
                ["totp", "webauthn", "static", "sms", "email", "duo"].map(Want::from).to_vec(),
            ),
        stage("recovery-prompt", "dezky-recovery-prompt", Model::PromptStage)
            .at_least("fields", vec![Ref::Of("recovery-password").into(), Ref::Of("recovery-repeat").into()]),
        stage("recovery-write", "dezky-recovery-write", Model::UserWriteStage)
            .exactly("user_creation_mode", "never_create"),
        stage("recovery-login", "dezky-recovery-login", Model::UserLoginStage),
    ]
}

/// The stages in their order. Whether one is shown is asked when it is reached, for before nobody is known (authentik,
/// section 9).
fn bindings() -> Vec<Entry> {
    let bound = |id, stage, order: i64| {
        let why = if stage == "recovery-email" { WHY_EMAIL } else { WHY };
        Entry::between(id, why, Model::FlowStageBinding, [("target", FLOW), ("stage", stage)])
            .exactly("order", order)
            .exactly("evaluate_on_plan", false)
            .exactly("re_evaluate_policies", true)
    };
    let skipped = |id, binding| {
        Entry::between(id, WHY, Model::PolicyBinding, [("target", binding), ("policy", BY_LINK)])
            .at_first("order", 0_i64)
            .exactly("enabled", true)
            .exactly("negate", false)
            // Should the policy fail, the stage is shown.
            .exactly("failure_result", true)
    };
    vec![
        bound("recovery-step-identification", "recovery-identification", 10),
        skipped("recovery-skip-identification", "recovery-step-identification"),
        // Who is to be refused must be before, or has a mail with a link by then.
        bound("recovery-step-email", "recovery-email", 20).unless(Guard {
            field: REFUSALS,
            want: Want::List(Vec::new()),
            told: Told::Within,
            why: "bootstrap-left-refusals",
            is_usable: true,
        }),
        skipped("recovery-skip-email", "recovery-step-email"),
        bound("recovery-step-prompt", "recovery-prompt", 30),
        // Before anything is written.
        bound("recovery-step-second-factor", "recovery-second-factor", 40),
        bound("recovery-step-write", "recovery-write", 50),
        bound("recovery-step-login", "recovery-login", 100),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_can_fail_shows_the_stage_rather_than_passing_over_it() {
        let skips = bindings().into_iter().filter(|entry| entry.model == Model::PolicyBinding);
        let rule = |entry: &Entry| {
            entry.attributes.iter().any(|one| one.field == "failure_result" && one.want == Want::from(true))
        };
        assert_eq!(skips.map(|entry| rule(&entry)).collect::<Vec<_>>(), [true, true]);
        assert!(NOT_BY_LINK.contains("token.user == request.context.get(\"pending_user\")"));
    }
}
