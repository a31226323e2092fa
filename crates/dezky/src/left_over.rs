//! What is left over in the upstreams of what a restored database doesn't have, for the command line.

use access::{Actor, Granted, ManageDrift};
use anyhow::anyhow;
use i18n::Words;
use reconcile::drift::Strays;
use serde_json::{Value, json};

use crate::wiring::Product;

/// The most objects that are named.
const MOST_NAMED: usize = 10;

/// Looks for it.
pub async fn find(product: &Product, actor: &Actor) -> anyhow::Result<Strays> {
    let words = product.english();
    let by = Granted::<ManageDrift>::prove(&product.platform.db, actor, &Vec::new()).await;
    let by = by.map_err(|error| anyhow!("{}", words.explain(&error)))?;
    let strays = product.drift.strays(&by).await;
    strays.map_err(|error| anyhow!("{}", words.explain(&error)))
}

/// It in lines; none where there is nothing to say.
pub fn lines(w: &Words, strays: &Strays) -> Vec<String> {
    let kind = |kind: &str| w.t(&format!("kind-{}", kind.replace('.', "-"))).to_lowercase();
    let mut lines = Vec::new();
    let many = strays.found.len();
    if many > 0 {
        let named =
            strays.found.iter().take(MOST_NAMED).map(|one| format!("{} {}", kind(&one.kind), one.name));
        let named = named.collect::<Vec<_>>().join(", ");
        let objects = if many == 1 { "object" } else { "objects" };
        let more = many.saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!(
            "Left over: {many} {objects} of workspaces, people or domains that this database doesn't have (created \
             since the backup?): {named}{more}"
        ));
    }
    lines.extend(strays.unread.iter().map(|(upstream, why)| {
        let upstream = w.t(&format!("upstream-{upstream}"));
        format!("Left over: {upstream} can't be searched in full: {}", why.said)
    }));
    lines
}

/// The same for programs.
pub fn value(strays: &Strays) -> Value {
    let objects: Value = strays.found.iter().map(|one| json!({"kind": one.kind, "name": one.name})).collect();
    let unread: Value =
        strays.unread.iter().map(|(upstream, why)| json!({"upstream": upstream, "error": why})).collect();
    json!({"objects": objects, "unread": unread})
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};
    use reconcile::drift::{Difference, PLATFORM, Subject};

    use super::*;

    fn stray(kind: &str, name: &str) -> Subject {
        let (owner, object) = (PLATFORM.to_owned(), name.to_owned());
        let (kind, name) = (kind.to_owned(), name.to_owned());
        Subject { owner, kind, object, name, difference: Difference::Orphan, fields: Vec::new() }
    }

    #[test]
    fn what_is_left_over_is_named_and_however_much_it_is_in_one_line() {
        let text = include_str!("../../provisioning/text/en.ftl");
        let texts = Catalogues::new(&[Source { language: Language::English, text }]).unwrap();
        let words = Words::new(Arc::new(texts), Language::English);
        assert!(lines(&words, &Strays::default()).is_empty());
        let mut found = vec![
            stray("authentik.group", "dezky-tenant-bageriet"),
            stray("stalwart.domain", "bageriet.test"),
        ];
        let said = lines(&words, &Strays { found: found.clone(), ..Strays::default() });
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("Left over: 2 objects of workspaces"), "{said:?}");
        let named = ": group dezky-tenant-bageriet, mail domain bageriet.test";
        assert!(said[0].ends_with(named), "{said:?}");
        found.extend((0..10).map(|number| stray("ocis.drive", &format!("Space {number}"))));
        let said = lines(&words, &Strays { found, ..Strays::default() });
        assert!(said[0].ends_with("space Space 7 and 2 more"), "{said:?}");
    }
}
