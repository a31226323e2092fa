//! The page in place of the web app: the spaces and people that there are, for whoever follows the way to their files in
//! a sandbox.

use axum::response::Html;
use simulator::{bytes, list, page};

use super::drive::{Drive, DriveKind};
use super::user::User;
use super::world::World;

/// Everything that is there.
pub fn front(world: &World) -> Html<String> {
    let spaces: Vec<(String, String)> = world
        .drives
        .values()
        .filter(|drive| drive.kind == DriveKind::Project)
        .map(|drive| (drive.name.clone(), space_says(world, drive)))
        .collect();
    let people: Vec<(String, String)> =
        world.users.values().map(|user| (name_of(user), person_says(world, user))).collect();
    let said = "<p>A simulator in place of the file service: it keeps spaces and accounts, and no files.</p>";
    page("Files", &format!("{said}{}{}", list("Spaces", &sorted(spaces)), list("People", &sorted(people))))
}

fn sorted(mut rows: Vec<(String, String)>) -> Vec<(String, String)> {
    rows.sort_by_key(|(name, _)| name.to_lowercase());
    rows
}

fn filled(drive: &Drive) -> String {
    match drive.total {
        0 => format!("{} used, no limit", bytes(drive.used)),
        total => format!("{} of {} used", bytes(drive.used), bytes(total)),
    }
}

fn space_says(world: &World, drive: &Drive) -> String {
    let member = |id: &String| match (id.strip_prefix("g:"), world.users.get(id)) {
        (Some(group), _) => world.groups.get(group).map_or("a removed group", String::as_str).to_owned(),
        (None, Some(user)) => name_of(user),
        (None, None) => "a removed account".to_owned(),
    };
    let mut members: Vec<String> = drive.members.keys().map(member).collect();
    members.sort();
    let who = if members.is_empty() { "nobody is in it".to_owned() } else { members.join(", ") };
    let closed = if drive.disabled { " · disabled" } else { "" };
    format!("{}{closed} · {who}", filled(drive))
}

fn person_says(world: &World, user: &User) -> String {
    let own = world.personal_drive(&user.id).map_or("no drive before the first sign-in".to_owned(), filled);
    let closed = if user.enabled { "" } else { " · disabled" };
    format!("{own}{closed}")
}

/// What people call somebody. Dezky names accounts by a UUID, which tells nobody who it is.
fn name_of(user: &User) -> String {
    let names = [Some(&user.display_name), user.mail.as_ref(), Some(&user.login)];
    let said = names.into_iter().flatten().find(|name| !name.trim().is_empty() && !is_uuid(name));
    said.map_or_else(|| "Account without a name".to_owned(), Clone::clone)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use simulator::State as _;

    use super::*;

    #[test]
    fn people_and_spaces_have_their_names_and_never_an_id() {
        let id = "0b9c0a5e-1111-4222-8333-444455556666";
        let mut world = World::default();
        let nameless = json!({"onPremisesSamAccountName": id, "displayName": id});
        world.put("users", id, &nameless).unwrap();
        let named = json!({"onPremisesSamAccountName": "x", "displayName": "Maja <Medlem>"});
        world.put("users", "7f1f4d4e-1111-4222-8333-444455556666", &named).unwrap();
        world.put("drives", "store$1", &json!({"name": "Acme", "quotaTotal": 5_i64 << 30})).unwrap();
        let Html(shown) = front(&world);
        assert!(shown.contains("Maja &lt;Medlem&gt;") && shown.contains("Account without a name"), "{shown}");
        assert!(shown.contains("Acme<small>0 B of 5 GB used"), "{shown}");
        assert!(!shown.contains(id), "{shown}");
    }
}
