//! Objects as the API shows them: their fields, and what else is known of them; secrets only where the server shows them.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::lists::Parameters;
use super::{groups, users};
use crate::sim::family::{self, Family};
use crate::sim::objects::{Object, id_of, text, text_of, texts, value_of};
use crate::sim::world::World;

const BACKGROUND: &str = "/static/dist/assets/images/flow_background.jpg";
/// What no answer has.
const HIDDEN: [&str; 3] = ["key", "members", "permissions"];

/// The object in full.
pub fn show(world: &World, family: &Family, object: &Object) -> Value {
    let mut shown = object.clone();
    shown.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    let more = match family.kind {
        "providers" => {
            let secret = world.client_secret(object);
            let secret = secret.as_ref().map_or("", ExposeSecret::expose_secret);
            shown.insert("client_secret".to_owned(), json!(secret));
            assigned(world, object)
        }
        "applications" => of_application(world, object),
        "flows" => of_flow(world, object),
        "flowBindings" => json!({"stage_obj": stage(world, text(object, "stage"))}),
        "bindings" => of_binding(world, object),
        "stages" => {
            // Only ever written.
            shown.remove("password");
            let mut more = json!({"flow_set": flow_set(world, object)});
            if object.contains_key("webauthn_allowed_device_types") {
                more["webauthn_allowed_device_types_obj"] = json!([]);
            }
            more
        }
        "policies" => json!({"bound_to": bindings_of(world, object)}),
        "prompts" => json!({"prompt_stages_obj": stages_of_prompt(world, object)}),
        "keyPairs" => of_key_pair(object),
        "tokens" => {
            let user = value_of(object, "user").as_i64().and_then(|user| world.users.get(&user));
            json!({"user_obj": user.map(|user| users::json_of(world, user, &Parameters::default()))})
        }
        _ => json!({}),
    };
    shown.extend(more.as_object().cloned().unwrap_or_default());
    Value::Object(shown)
}

/// An object as a list of all kinds of stages or policies shows it, and others that name it.
pub fn brief(world: &World, object: &Object) -> Value {
    const SHOWN: [&str; 7] = [
        "pk",
        "name",
        "component",
        "verbose_name",
        "verbose_name_plural",
        "meta_model_name",
        "execution_logging",
    ];
    let mut shown: Map<String, Value> =
        SHOWN.iter().filter_map(|name| Some(((*name).to_owned(), object.get(*name)?.clone()))).collect();
    if shown.contains_key("execution_logging") {
        shown.insert("bound_to".to_owned(), bindings_of(world, object));
    } else {
        shown.insert("flow_set".to_owned(), flow_set(world, object));
    }
    Value::Object(shown)
}

/// A provider as its application and tokens show it.
pub fn provider(world: &World, provider: &Object) -> Value {
    const SHOWN: [&str; 10] = [
        "pk",
        "name",
        "authentication_flow",
        "authorization_flow",
        "invalidation_flow",
        "property_mappings",
        "component",
        "verbose_name",
        "verbose_name_plural",
        "meta_model_name",
    ];
    let mut shown = assigned(world, provider);
    for name in SHOWN {
        shown[name] = value_of(provider, name).clone();
    }
    shown
}

fn assigned(world: &World, provider: &Object) -> Value {
    let application = world.objects.find("applications", "provider", &id_of(provider));
    let of = |name: &str| application.map(|application| text(application, name));
    json!({
        "assigned_application_slug": of("slug"),
        "assigned_application_name": of("name"),
        "assigned_backchannel_application_slug": null,
        "assigned_backchannel_application_name": null,
    })
}

fn of_application(world: &World, application: &Object) -> Value {
    let of_id = |id: &Value| world.objects.get("providers", &text_of(id));
    let main = of_id(value_of(application, "provider"));
    let more = value_of(application, "backchannel_providers").as_array().into_iter().flatten();
    let launch_url = Some(text(application, "meta_launch_url")).filter(|url| !url.is_empty());
    json!({
        "provider_obj": main.map(|it| provider(world, it)),
        "backchannel_providers_obj": more.filter_map(of_id).map(|it| provider(world, it)).collect::<Vec<_>>(),
        "launch_url": launch_url,
        "meta_icon_url": null,
        "meta_icon_themed_urls": null,
    })
}

fn of_flow(world: &World, flow: &Object) -> Value {
    let stages = world.stages_of(&id_of(flow)).into_iter().map(|(_, stage)| stage);
    json!({
        "background_url": BACKGROUND,
        "background_themed_urls": null,
        "stages": stages.collect::<Vec<_>>(),
        "policies": [],
        "cache_count": 0,
        "export_url": format!("/api/v3/flows/instances/{}/export/", text(flow, "slug")),
    })
}

fn stage(world: &World, id: &str) -> Value {
    world.objects.get("stages", id).map(|stage| brief(world, stage)).unwrap_or_default()
}

/// The flows that a stage is bound to.
fn flow_set(world: &World, stage: &Object) -> Value {
    const LEFT_OUT: [&str; 2] = ["authentication", "background"];
    let id = id_of(stage);
    let bound = world.objects.of("flowBindings").filter(|binding| text(binding, "stage") == id);
    let flows = bound.filter_map(|binding| world.objects.get("flows", text(binding, "target")));
    let row = |flow: &Object| {
        let mut row = flow.clone();
        row.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
        let url = format!("/api/v3/flows/instances/{}/export/", text(flow, "slug"));
        row.insert("background_url".to_owned(), json!(BACKGROUND));
        row.insert("export_url".to_owned(), json!(url));
        Value::Object(row)
    };
    flows.map(row).collect()
}

fn bindings_of(world: &World, policy: &Object) -> Value {
    let id = id_of(policy);
    json!(world.objects.of("bindings").filter(|binding| text(binding, "policy") == id).count())
}

fn of_binding(world: &World, binding: &Object) -> Value {
    let policy = world.objects.get("policies", text(binding, "policy"));
    let policy = policy.and_then(|policy| Some(show(world, family::of("policies", policy)?, policy)));
    let user = value_of(binding, "user").as_i64().and_then(|user| world.users.get(&user));
    json!({
        "policy_obj": policy,
        "group_obj": world.groups.get(text(binding, "group")).map(groups::json_in_user),
        "user_obj": user.map(users::json_in_group),
    })
}

fn stages_of_prompt(world: &World, prompt: &Object) -> Value {
    let id = id_of(prompt);
    let stages = world.objects.of("stages").filter(|stage| texts(stage, "fields").any(|known| known == id));
    stages.filter_map(|stage| Some(show(world, family::of("stages", stage)?, stage))).collect()
}

fn of_key_pair(key: &Object) -> Value {
    let place = format!("/api/v3/crypto/certificatekeypairs/{}", id_of(key));
    json!({
        "certificate_download_url": format!("{place}/view_certificate/?download"),
        "private_key_download_url": format!("{place}/view_private_key/?download"),
    })
}
