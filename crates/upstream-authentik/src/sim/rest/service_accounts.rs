//! `/core/users/service_account/` (section 12).

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use serde_json::json;

use super::fields::Fields;
use super::{Answer, Shared, ok, users};
use crate::sim::family::TOKEN;
use crate::sim::secret;
use crate::sim::world::Group;

const ALMOST_A_YEAR: Duration = Duration::from_hours(360 * 24);

/// 200, not 201, with an app password, which the API doesn't take.
pub async fn create(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["name"]);
    store.write(|world| {
        let name = fields.filled("name").unwrap_or_default();
        if world.user_named(&name).is_some() {
            fields.refuse("name", "This field must be unique.");
        }
        let (expiring, has_group) = (fields.flag("expiring"), fields.flag("create_group"));
        fields.check()?;
        let expiring = expiring.unwrap_or(true);
        let mut user = world.new_service_account(&name);
        "goauthentik.io/service-accounts".clone_into(&mut user.path);
        user.attributes.insert("goauthentik.io/user/token-expires".to_owned(), json!(expiring));
        let key = secret::random_text::<45>();
        let token = json!({
            "identifier": format!("service-account-{name}-password"), "intent": "app_password", "user": user.pk,
            "key": key, "expiring": expiring, "expires": world.now().after(ALMOST_A_YEAR),
        });
        world.make(&TOKEN, token);
        let mut answer =
            json!({"username": name, "user_uid": users::uid(&user), "user_pk": user.pk, "token": key});
        if has_group == Some(true) {
            let mut group = Group::new(secret::uuid(), &name);
            group.users.insert(user.pk);
            answer["group_pk"] = json!(group.pk);
            world.groups.insert(group.pk.clone(), group);
        }
        world.users.insert(user.pk, user);
        Ok(ok(answer))
    })
}
