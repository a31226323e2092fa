//! The form of a tenant, for making and for changing one.

use std::collections::BTreeMap;

use i18n::Words;
use kernel::FieldError;
use maud::{Markup, html};
use tenants::{Partner, Plan, Tenant};
use web::ui::{self, Field, FieldError as Shown, FieldKind, error_summary, field};
use web::{FormBody, View};

use crate::countries;

/// What stands in the form's fields, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Filled {
    values: BTreeMap<String, String>,
    errors: Vec<FieldError>,
}

impl Filled {
    /// As a tenant is now.
    pub fn of_tenant(tenant: &Tenant) -> Self {
        let mut filled = Self::default();
        let mut set = |name: &str, value: &str| filled.values.insert(name.to_owned(), value.to_owned());
        set("name", &tenant.name);
        set("slug", tenant.slug.as_str());
        set("industry", tenant.industry.as_deref().unwrap_or_default());
        set("plan", tenant.plan.as_str());
        set("seats", &tenant.seats.to_string());
        set(
            "primaryDomain",
            &tenant.primary_domain.as_ref().map(kernel::DomainName::unicode).unwrap_or_default(),
        );
        set("partnerId", &tenant.partner.map(|id| id.to_string()).unwrap_or_default());
        let billing = &tenant.billing_info;
        set("billingInfo.company", billing.company.as_deref().unwrap_or_default());
        set("billingInfo.vatId", billing.vat_id.as_deref().unwrap_or_default());
        set("billingInfo.country", billing.country.as_deref().unwrap_or_default());
        set("billingInfo.email", billing.email.as_deref().unwrap_or_default());
        filled
    }

    /// As it was typed, with what is wrong.
    pub fn typed(body: &FormBody, names: &[&str], errors: Vec<FieldError>) -> Self {
        let typed = names.iter().filter_map(|name| Some(((*name).to_owned(), body.typed(name)?.to_owned())));
        Self { values: typed.collect(), errors }
    }

    /// A value that the form proposes.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), value.to_owned());
        self
    }

    /// As it was typed before the session ended, when this form is kept.
    pub fn or_kept(self, view: &mut View, action: &str) -> Self {
        view.refill(action).map_or(self, |body| Self::typed(&body, NAMES, Vec::new()))
    }

    fn field(&self, w: &Words, name: &str) -> Field {
        let key = name.replace('.', "-").to_lowercase();
        let error = self.errors.iter().find(|error| error.field == name).map(|error| error.message.clone());
        let value = self.values.get(name).cloned().unwrap_or_default();
        let help = format!("field-{key}-help");
        let field = Field::new(name, w.t(&format!("field-{key}"))).value(value).error(error);
        if w.has(&help) { field.help(w.t(&help)) } else { field }
    }

    /// What is wrong with fields that the form does not show.
    fn elsewhere(&self, shown: &[Field]) -> Vec<Shown> {
        let hidden = self.errors.iter().filter(|error| !shown.iter().any(|field| field.name == error.field));
        let shown = |error: &FieldError| Shown {
            id: "main".to_owned(),
            label: error.field.clone(),
            error: error.message.clone(),
        };
        hidden.map(shown).collect()
    }
}

/// The choice of a country; one that is none any more stays.
fn country(w: &Words, field: Field) -> Field {
    let mut choices = vec![(String::new(), w.t("field-billinginfo-country-none"))];
    choices.extend(countries::all(w));
    if !choices.iter().any(|(code, _)| *code == field.value) {
        choices.push((field.value.clone(), field.value.clone()));
    }
    field.kind(FieldKind::Select(choices)).optional()
}

/// The names of all fields.
pub const NAMES: &[&str] = &[
    "name",
    "slug",
    "industry",
    "plan",
    "seats",
    "primaryDomain",
    "partnerId",
    "owner.email",
    "billingInfo.company",
    "billingInfo.vatId",
    "billingInfo.country",
    "billingInfo.email",
];

/// The fields, in groups of at most four; `new` has those that can't be changed later.
/// Where somebody else changed it meanwhile, `saved` is what they made of it.
pub fn fields(w: &Words, filled: &Filled, saved: Option<&Filled>, partners: &[Partner], new: bool) -> Markup {
    let plans = Plan::ALL.map(|plan| (plan.as_str().to_owned(), w.t(&format!("plan-{}", plan.as_str()))));
    let mut choices = vec![(String::new(), w.t("field-partnerid-none"))];
    choices.extend(partners.iter().map(|partner| (partner.id.to_string(), partner.name.clone())));
    let mut name = Field { autofocus: new, ..filled.field(w, "name") };
    let mut who = Vec::new();
    if new {
        name.proposes = Some("slug".to_owned());
        who.push(name);
        who.push(Field { exact: true, ..filled.field(w, "slug") });
    } else {
        who.push(name);
    }
    who.push(filled.field(w, "industry").optional());
    who.push(filled.field(w, "partnerId").kind(FieldKind::Select(choices)).optional());
    let what = vec![
        filled.field(w, "plan").kind(FieldKind::Select(plans.to_vec())),
        Field { inputmode: Some("numeric"), ..filled.field(w, "seats").kind(FieldKind::Number) },
        Field { exact: true, ..filled.field(w, "primaryDomain").optional() },
    ];
    let whom = vec![
        filled.field(w, "billingInfo.company").optional(),
        filled.field(w, "billingInfo.vatId").optional(),
        country(w, filled.field(w, "billingInfo.country")),
        filled.field(w, "billingInfo.email").kind(FieldKind::Email).optional(),
    ];
    let mut groups = vec![("form-who", who), ("form-what", what), ("form-whom", whom)];
    if new {
        groups.insert(
            2,
            ("form-owner", vec![filled.field(w, "owner.email").kind(FieldKind::Email).optional()]),
        );
    }
    let all: Vec<Field> = groups.iter().flat_map(|(_, fields)| fields.clone()).collect();
    let mut wrong = ui::FieldError::of(&all);
    wrong.extend(filled.elsewhere(&all));
    let both = |saved: &Filled| -> Vec<(Field, String)> {
        let now = |field: &Field| saved.values.get(&field.name).cloned().unwrap_or_default();
        all.iter().map(|field| (field.clone(), now(field))).collect()
    };
    html! {
        @if let Some(saved) = saved { (ui::conflict(w, &both(saved))) }
        (error_summary(w, &wrong))
        @for (title, fields) in &groups {
            fieldset class="stack" {
                legend { (w.t(title)) }
                @for one in fields { (field(w, one)) }
            }
        }
    }
}
