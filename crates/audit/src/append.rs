//! Writing one row. It is the last thing an action does in its transaction, since it locks the chain's head.

use std::collections::BTreeSet;

use db::{Error, Recorded, Tx};
use kernel::id::{AuditId, random_token};
use kernel::name;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect, Set};
use serde_json::{Value, json};

use crate::chain::{self, Chain};
use crate::context::{Actor, Context, Entry, Named};
use crate::tables::{heads, log, words};

/// Among the personal fields: who it was done to.
pub(crate) const TARGET: &str = "target";

/// Appends `entry` to `chain` in the transaction of what it tells about.
pub async fn append(tx: &Tx, context: &Context, chain: Chain, entry: Entry) -> Result<Recorded, Error> {
    let head = lock_head(tx, &chain.to_string()).await?;
    let person = entry.target.person.clone();
    let row = row(context, chain, entry, &head);
    insert_words(tx, &row, person.as_ref()).await?;
    heads::Entity::update(heads::ActiveModel {
        chain: Set(head.chain),
        seq: Set(row.seq),
        hash: Set(row.hash.clone()),
    })
    .exec(&**tx)
    .await?;
    row.into_active_model().insert(&**tx).await?;
    Ok(Recorded::by_the_log())
}

/// Records a change as the last thing that its transaction does, and makes both last.
pub async fn commit(tx: Tx, context: &Context, chain: Chain, entry: Entry) -> Result<(), Error> {
    let recorded = append(&tx, context, chain, entry).await?;
    tx.commit(recorded).await
}

async fn lock_head(tx: &Tx, chain: &str) -> Result<heads::Model, Error> {
    let first =
        heads::ActiveModel { chain: Set(chain.to_owned()), seq: Set(0), hash: Set(chain::START.to_owned()) };
    heads::Entity::insert(first)
        .on_conflict(OnConflict::column(heads::Column::Chain).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    let head = heads::Entity::find_by_id(chain).lock_exclusive().one(&**tx).await?;
    head.ok_or_else(|| Error::damaged("audit_heads", "a chain's head vanished"))
}

fn row(context: &Context, chain: Chain, entry: Entry, head: &heads::Model) -> log::Model {
    let (actor_kind, actor_id, email, is_verified, name) = match &context.actor {
        Actor::User { id, email, is_verified, name } => {
            ("user", Some(id.to_string()), email.as_ref(), Some(*is_verified), Some(name))
        }
        Actor::System(part) => ("system", Some((*part).to_owned()), None, None, None),
    };
    let mut personal = json!({
        "email": email, "emailVerified": is_verified, "name": name, "address": context.address,
        "userAgent": context.user_agent,
    });
    if let Some(person) = &entry.target.person {
        personal[TARGET] = json!({"name": person.name, "email": person.email});
    }
    let personal = personal.to_string();
    let salt = random_token();
    let mut row = log::Model {
        id: AuditId::new(&context.clock).to_string(),
        chain: chain.to_string(),
        seq: head.seq + 1,
        at: context.clock.now().micros(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        on_behalf_of: context.on_behalf_of.clone(),
        action: entry.action.as_str().to_owned(),
        target_kind: entry.target.kind.to_owned(),
        target_id: entry.target.id,
        target_name: entry.target.name,
        outcome: entry.outcome.as_str().to_owned(),
        before: text(entry.before),
        after: text(entry.after),
        request_id: context.request_id.map(|id| id.to_string()),
        actor_email: email.map(|email| email.to_lowercase()),
        personal_digest: chain::personal_digest(&salt, &personal),
        personal: Some(personal),
        salt,
        hash: String::new(),
    };
    row.hash = chain::row_hash(&head.hash, &row);
    row
}

fn text(state: Option<Value>) -> Option<String> {
    state.map(|value| value.to_string())
}

async fn insert_words(tx: &Tx, row: &log::Model, person: Option<&Named>) -> Result<(), Error> {
    let mut sources =
        vec![row.actor_email.as_deref(), Some(&row.action), Some(&row.target_name), Some(&row.target_id)];
    if let Some(person) = person {
        sources.extend([Some(person.name.as_str()), Some(&person.email)]);
    }
    let found: BTreeSet<String> = sources.into_iter().flatten().flat_map(split_words).collect();
    let rows = found.into_iter().map(|word| words::ActiveModel {
        word: Set(word),
        chain: Set(row.chain.clone()),
        audit_id: Set(row.id.clone()),
    });
    words::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The words of a text, as they are searched for: without accents, in lower case, split at everything but letters and digits, and the
/// whole text when it has no blank (an address or an action can be searched for as one).
pub(crate) fn split_words(text: &str) -> BTreeSet<String> {
    split(&name::search_key(text))
}

/// The same of a text as it is.
pub(crate) fn split(lower: &str) -> BTreeSet<String> {
    let mut words: BTreeSet<String> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(cut).collect();
    if !lower.trim().is_empty() && !lower.contains(char::is_whitespace) {
        words.insert(cut(lower));
    }
    words
}

fn cut(word: &str) -> String {
    word.chars().take(80).collect()
}
